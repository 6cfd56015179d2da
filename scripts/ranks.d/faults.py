"""Ranks that are killed, and jobs that are told to end: all processes go, and a resume gives the right bits."""

import os
import pathlib
import signal
import time

from launcher import REFERENCE, Failure, finish

JOB = [*REFERENCE, "--epochs", "3", "--threads", "1", "--checkpoint-every", "200"]
RANKS = 3
END_SECONDS = 10


def run(tools):
    begun = time.monotonic()
    straight = tools.run(tools.train("straight", *JOB), RANKS)
    seconds = time.monotonic() - begun
    count = 5 if tools.short else 20
    for index in range(count):
        moment = seconds * (index + 1) / (count + 1)
        strike(tools, "kill", straight.digest, moment, index, signal.SIGKILL)
    print(f"  {count} times one of {RANKS} ranks killed, within {seconds:.1f} s", flush=True)
    for index, number in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
        strike(tools, "stop of a rank", straight.digest, seconds * (index + 2) / 6, index, number)
        strike(tools, "stop of mpirun", straight.digest, seconds * (index + 2) / 6, None, number)
    print("  SIGINT, SIGTERM and SIGHUP to a rank and to mpirun", flush=True)


def strike(tools, what, digest, moment, victim, number):
    """Sends one rank, or mpirun itself if `victim` is None, a signal; all ends soon, and goes on with other ranks."""
    process = tools.start(tools.train("struck", *JOB), RANKS)
    time.sleep(moment)
    # Before there are any ranks, there is mpirun only.
    found = ranks_of(process)
    target = found[victim % len(found)] if victim is not None and found else process.pid
    try:
        os.kill(target, number)
    except ProcessLookupError:
        pass
    label = f"{what}, signal {number} after {moment:.2f} s"
    deadline = time.monotonic() + END_SECONDS
    ended = finish(process, END_SECONDS)
    while left := [pid for pid in found if is_alive(pid)]:
        if time.monotonic() > deadline:
            raise Failure(f"{label}: {left} are still at work")
        time.sleep(0.05)
    if ended.code == 0:
        result = ended
    else:
        has_begun = any((tools.folder / "struck").glob("ckpt*.zst"))
        command = tools.resume("struck", "--threads", "2") if has_begun else tools.train("struck", *JOB)
        result = tools.run(command, 1 + (victim or 0) % 4)
    if result.digest != digest:
        raise Failure(f"{label}: parameters {result.digest} instead of {digest}")


def ranks_of(process):
    """Processes that mpirun has started itself, in the order of their start."""
    children = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process.pid:
            children.append(int(folder.name))
    return sorted(children)


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
