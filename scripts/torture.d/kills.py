"""SIGKILL at moments spread over start, training, the writing of checkpoints, and resume."""

import os
import random
import shutil
import signal
import time

from harness import checkpoints, has_ended, make_dataset, names

JOB = ["--epochs", "6", "--batch-size", "5", "--hidden", "12", "--optimizer", "adam", "--threads", "2",
       "--checkpoint-every", "6", "--json"]


def run(tool, score, folder, mnist, short):
    wanted = 60 if short else 500
    data = make_dataset(tool, folder / "data")
    straight = folder / "straight"
    begun = time.monotonic()
    expected = tool.run("train", "--data", str(data), "--out", str(straight), *JOB)
    seconds = time.monotonic() - begun
    assert expected.code == 0 and expected.digest, expected
    source = random.Random(7)
    killed = 0
    while killed < wanted:
        killed += chain(tool, score, folder / "run", data, straight, expected.digest, seconds, source)
    print(f"kills: {killed}, {seconds * 1000:.0f} ms the uninterrupted run; by place: "
          + ", ".join(f"{kind} {count}" for kind, count in sorted(score.faults.items()) if kind.startswith("kill")), flush=True)


def chain(tool, score, run, data, straight, digest, seconds, source):
    """One run that is killed up to four times on its way; returns how often it was."""
    shutil.rmtree(run, ignore_errors=True)
    steps, killed, has_begun = 0, 0, False
    for attempt in range(4):
        begin = ["resume", str(run), "--json"] if has_begun else ["train", "--data", str(data), "--out", str(run), *JOB]
        process = tool.start(*begin)
        wait_for_moment(process, run, seconds, source)
        os.kill(process.pid, signal.SIGKILL)
        ended = tool.finish(process)
        if ended.code == 0:
            has_begun = True
            break
        killed += 1
        if ended.code != -9:
            score.fault("kill", f"{' '.join(begin[:2])} ended before it was killed: {ended}")
            break
        has_begun_now = run.is_dir() and bool(checkpoints(run))
        place = "resume" if has_begun else "start" if not has_begun_now else (
            "writing" if any(name.endswith(".tmp") for name in names(run)) else "training")
        problem, steps = check(tool, run, steps, has_begun)
        score.fault(f"kill in {place}", problem)
        has_begun = has_begun_now
    begin = ["resume", str(run), "--json"] if has_begun else ["train", "--data", str(data), "--out", str(run), *JOB]
    ended = tool.run(*begin)
    if ended.digest != digest:
        score.fault("end after kills", f"{ended}, parameters {ended.digest}")
    elif names(run) != names(straight):
        score.fault("end after kills", f"left {names(run)}")
    elif any((run / name).read_bytes() != (straight / name).read_bytes() for name in checkpoints(straight)):
        score.fault("end after kills", "a checkpoint has other bytes")
    else:
        score.fault("end after kills")
    return killed


def wait_for_moment(process, run, seconds, source):
    """Any time; some time after the first checkpoint; or while a file is written."""
    way = source.randrange(3)
    end = time.monotonic() + 10 * seconds
    while way == 1 and not (run / "ckpt.zst").exists() and not has_ended(process) and time.monotonic() < end:
        pass
    if way == 2:
        # One of the next few files, at some moment of its writing.
        for _ in range(source.randrange(1, 8)):
            while not has_ended(process) and time.monotonic() < end and not is_writing(run):
                pass
            while not has_ended(process) and time.monotonic() < end and is_writing(run):
                pass
        while not has_ended(process) and time.monotonic() < end and not is_writing(run):
            pass
        return time.sleep(source.uniform(0, 0.0005))
    time.sleep(source.uniform(0, seconds * (1.1 if way == 0 else 0.8)))


def is_writing(run):
    try:
        return any(name.endswith(".tmp") for name in os.listdir(run))
    except OSError:
        return False


def check(tool, run, steps, has_begun):
    """What is wrong after a kill, if anything, and how far the newest checkpoint is."""
    if not run.is_dir() or not checkpoints(run):
        return ("its checkpoints are gone" if has_begun else None), 0
    newest = run / "ckpt.zst"
    found = [run / name for name in checkpoints(run)]
    for path in found:
        if tool.steps(path) is None:
            return f"{path.name} does not open", steps
    now = max(tool.steps(path) for path in found[-1:] + ([newest] if newest.exists() else []))
    return (f"the newest checkpoint went from {steps} steps to {now}" if now < steps else None), now
