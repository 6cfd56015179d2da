"""Signals and readers that leave: how long a stop takes, and what it leaves."""

import os
import pty
import random
import select
import shutil
import signal
import subprocess
import time

from harness import make_dataset


def run(tool, score, folder, mnist, short):
    latencies(tool, score, folder, mnist, 20 if short else 200)
    terminal(tool, score, folder, mnist)
    hang_up(tool, score, folder, mnist)
    reader_leaves(tool, score, folder)


def latencies(tool, score, folder, mnist, count):
    """SIGINT and SIGTERM at random moments of the reference job."""
    source = random.Random(11)
    for number in range(count):
        out = folder / "stopped"
        shutil.rmtree(out, ignore_errors=True)
        which = signal.SIGINT if number % 2 else signal.SIGTERM
        process = tool.start("--data", str(mnist), "--out", str(out), "--epochs", "10000", "--threads", "8", "--keep", "3", "--json")
        process.stdout.readline()
        drain(process, source.uniform(0, 0.3))
        begun = time.monotonic()
        os.kill(process.pid, which)
        ended = tool.finish(process)
        seconds = time.monotonic() - begun
        score.stops.append(seconds)
        problem = None
        if ended.code != 128 + which or "ptrain resume" not in ended.errors:
            problem = f"{which.name}: {ended}"
        elif tool.steps(out / "ckpt.zst") is None:
            problem = f"{which.name} left no checkpoint"
        score.fault("stop", problem)
    ordered = sorted(score.stops)
    at99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"stops: {count}, median {ordered[len(ordered) // 2] * 1000:.0f} ms, 99 % {at99 * 1000:.0f} ms, slowest {ordered[-1] * 1000:.0f} ms",
          flush=True)


def drain(process, seconds):
    """Reads what comes for some time, so that the run does not wait for its reader."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([process.stdout], [], [], left)[0]:
            process.stdout.readline()


def terminal(tool, score, folder, mnist):
    """Ctrl-C in a terminal leaves its line clean; twice, too."""
    for presses in (1, 2):
        out = folder / f"terminal{presses}"
        child, handle = pty.fork()
        if child == 0:
            os.environ["TERM"] = "xterm"
            os.execv(tool.binary, [tool.binary, "--data", str(mnist), "--out", str(out), "--epochs", "10000"])
        text = read_terminal(handle, lambda text: b"epoch 3/" in text)
        for _ in range(presses):
            os.write(handle, b"\x03")
        text += read_terminal(handle, lambda text: False)
        _, status, usage = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        score.ended(["in a terminal"], code, usage.ru_maxrss)
        last = text.rsplit(b"\x1b[K", 1)[-1]
        is_clean = last.startswith(b"ptrain: ") and last.endswith(b"\r\n") and last.count(b"\n") == 1 and b"?25l" not in text
        is_whole = tool.steps(out / "ckpt.zst") is not None
        score.fault("ctrl-c", None if code == 130 and is_clean and is_whole else f"code {code}, at the end {last!r}")


def read_terminal(handle, is_enough):
    text = b""
    while not is_enough(text):
        try:
            chunk = os.read(handle, 4096)
        except OSError:
            break
        if not chunk:
            break
        text += chunk
    return text


def hang_up(tool, score, folder, mnist):
    """The terminal goes away."""
    out = folder / "hung-up"
    child, handle = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execv(tool.binary, [tool.binary, "--data", str(mnist), "--out", str(out), "--epochs", "10000"])
    read_terminal(handle, lambda text: b"epoch 3/" in text)
    os.close(handle)
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    score.ended(["in a terminal that goes"], code, usage.ru_maxrss)
    score.fault("hang-up", None if code == 129 and tool.steps(out / "ckpt.zst") else f"code {code}")


def reader_leaves(tool, score, folder):
    """`ptrain | head -1` trains to its end."""
    data = make_dataset(tool, folder / "data")
    job = ["--data", str(data), "--epochs", "30", "--threads", "2", "--json"]
    digest = tool.run(*job, "--out", str(folder / "straight")).digest
    process = tool.start(*job, "--out", str(folder / "left"), stdout=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    ended = tool.finish(process)
    again = tool.run("resume", str(folder / "left"), "--json")
    score.fault("reader leaves", None if ended.code == 0 and again.digest == digest else str(ended))
