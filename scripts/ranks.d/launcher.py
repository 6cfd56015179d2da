"""Starts ptrain as one process or as several, and reads what it tells."""

import json
import os
import shutil
import signal
import subprocess

LIMIT_SECONDS = 600
# Lanes of all ranks share this machine's cores, whatever their number.
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none"]

REFERENCE = ["--shards", "4"]
MID = ["--shards", "4", "--hidden", "512,512", "--optimizer", "adam", "--batch-size", "128", "--validation-split", "0"]


class Failure(Exception):
    """A claim that did not hold."""


class Ended:
    """A job that has ended: its code and what it printed."""

    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    def events(self, name):
        events = [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]
        return [event for event in events if event.get("event") == name]

    @property
    def digest(self):
        """The parameters' hash, of a job that ended well and told so once."""
        ends = self.events("end")
        if self.code != 0 or len(ends) != 1:
            raise Failure(f"{len(ends)} end events, {self}")
        return ends[0]["parameters_sha256"]

    def __str__(self):
        return f"code {self.code}; {self.errors.strip()[-2000:]}"


class Tools:
    """The programs under test, the data, and a folder to work in."""

    def __init__(self, binary, exchange_check, mnist, folder, short):
        self.binary, self.exchange_check, self.mnist = binary, exchange_check, mnist
        self.folder, self.short = folder, short
        self.environment = dict(os.environ)
        # As root, mpirun asks for leave, twice.
        if os.geteuid() == 0:
            self.environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

    def train(self, name, *options):
        """A run into a folder of that name, which is emptied before."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        return [self.binary, "train", "--data", self.mnist, "--out", str(place), "--json", *options]

    def resume(self, name, *options):
        return [self.binary, "resume", str(self.folder / name), "--json", *options]

    def start(self, command, ranks=None):
        """`ranks` processes under mpirun; without, the one process by itself."""
        launched = command if ranks is None else [*MPIRUN, "-n", str(ranks), *command]
        return subprocess.Popen(
            launched, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True)

    def run(self, command, ranks=None):
        return finish(self.start(command, ranks), LIMIT_SECONDS)


def finish(process, seconds):
    """Waits for a job; one that goes on for longer is ended, with all its processes, and is a failure."""
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        raise Failure(f"still at work after {seconds} s: {' '.join(process.args)}; {errors.strip()[-2000:]}") from None
    return Ended(process.returncode, output, errors)


def check_digest(what, ended, expected):
    if ended.digest != expected:
        raise Failure(f"{what}: parameters {ended.digest} instead of {expected}")
    print(f"  {what:<46} {expected[:16]}… {overlap(ended)}", flush=True)


def overlap(ended):
    """A step of the last epoch: computing, communication beside it, and communication that was waited for."""
    epochs = ended.events("epoch")
    if not epochs or not epochs[-1].get("communication_seconds"):
        return ""
    last = epochs[-1]
    steps = last["steps"]
    exposed = last["communication_exposed_seconds"]
    parts = {"compute": last["train_seconds"] - exposed, "hidden": last["communication_hidden_seconds"], "exposed": exposed}
    return "  ".join(f"{name} {seconds / steps * 1e6:,.0f} µs" for name, seconds in parts.items()) + " a step"
