"""Runs ptrain, keeps the score of what was tried and what was lost, and makes small data sets."""

import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import threading

LIMIT_SECONDS = 180
TRAPS = {signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE}


class Score:
    """What the table at the end says. Threads may share it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.faults = {}
        self.survived = {}
        self.lost = []
        self.inputs = 0
        self.traps = []
        self.largest_kilobytes = 0
        self.stops = []
        self.skipped = []

    def fault(self, kind, problem=None):
        """Counts a fault; `problem` says what was lost by it."""
        with self.lock:
            self.faults[kind] = self.faults.get(kind, 0) + 1
            if problem is None:
                self.survived[kind] = self.survived.get(kind, 0) + 1
            else:
                self.lost.append(f"{kind}: {problem}")
                print(f"LOST {kind}: {problem}", flush=True)

    def bad_input(self, kind, problem=None):
        with self.lock:
            self.inputs += 1
            if problem is not None:
                self.lost.append(f"{kind}: {problem}")
                print(f"LOST {kind}: {problem}", flush=True)

    def found(self, executions, trap=None):
        """Counts what a fuzzer has tried; `trap` says what it found."""
        with self.lock:
            self.inputs += executions
            if trap is not None:
                self.traps.append(trap)

    def skip(self, text):
        self.skipped.append(text)
        print(f"skipped: {text}", flush=True)

    def ended(self, arguments, code, kilobytes):
        with self.lock:
            self.largest_kilobytes = max(self.largest_kilobytes, kilobytes)
            if code < 0 and -code in TRAPS:
                self.traps.append(f"signal {-code}: {' '.join(arguments)}")
                print(f"TRAP signal {-code}: {' '.join(arguments)}", flush=True)


class Ended:
    """A process that has ended: its code (negative for a signal), what it wrote, and its peak memory."""

    def __init__(self, code, output, errors, kilobytes):
        self.code, self.output, self.errors, self.kilobytes = code, output, errors, kilobytes

    def events(self):
        return [json.loads(line) for line in self.output.splitlines() if line.endswith("}")]

    @property
    def digest(self):
        events = self.events()
        return events[-1].get("parameters_sha256") if events else None

    def __str__(self):
        return f"code {self.code}, {self.errors.strip()!r}"


class Tool:
    """`ptrain`, whose processes are counted and measured."""

    def __init__(self, binary, score):
        self.binary, self.score = binary, score

    def start(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        process = subprocess.Popen([self.binary, *arguments], **options)
        process.arguments = list(arguments)
        return process

    def finish(self, process):
        """Reads what the process writes to its end, and counts it."""
        # A process that does not end is a fault, and none to wait for.
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        errors = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read() if process.stderr else b""))
        reader.start()
        output = process.stdout.read() if process.stdout else b""
        reader.join()
        _, status, usage = os.wait4(process.pid, 0)
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        self.score.ended(process.arguments, process.returncode, usage.ru_maxrss)
        return Ended(process.returncode, output.decode(errors="replace"), errors[0].decode(errors="replace"), usage.ru_maxrss)

    def run(self, *arguments, **options):
        return self.finish(self.start(*arguments, **options))

    def steps(self, checkpoint):
        """The steps that a checkpoint has behind it; None if it does not open."""
        inspected = self.run("inspect", str(checkpoint))
        if inspected.code != 0:
            return None
        line = next(line for line in inspected.output.splitlines() if line.startswith("progress"))
        return int(line.split(", ")[-1].split()[0])


def write_idx(path, dimensions, payload):
    path.write_bytes(bytes([0, 0, 8, len(dimensions)]) + struct.pack(f">{len(dimensions)}I", *dimensions) + payload)


def make_dataset(tool, folder, count=300, side=6, seed=1):
    """A data set of 4 classes, each of which brightens other pixels."""
    folder.mkdir(parents=True)
    source = random.Random(seed)
    for name, number in (("train", count), ("test", 40)):
        labels = bytes(source.randrange(4) for _ in range(number))
        pixels = bytearray(source.randbytes(number * side * side))
        for sample, label in enumerate(labels):
            for pixel in range(label, side * side, 4):
                pixels[sample * side * side + pixel] |= 0x80
        write_idx(folder / f"{name}-images", [number, side, side], bytes(pixels))
        write_idx(folder / f"{name}-labels", [number], labels)
    options = [f"--{name}={folder / name}" for name in ("train-images", "train-labels", "test-images", "test-labels")]
    packed = tool.run("data", "pack", *options, "--out", str(folder / "set"))
    assert packed.code == 0, packed
    return folder / "set"


def has_ended(process):
    """Whether a process has ended; it is left to `Tool.finish`."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def names(folder):
    return sorted(path.name for path in pathlib.Path(folder).iterdir())


def checkpoints(folder):
    """The files that a reader takes for checkpoints."""
    return [name for name in names(folder) if name.endswith(".zst") and not name.startswith(".")]
