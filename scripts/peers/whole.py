"""The whole reference job as a user sees it, from the start of the process to its end: time and peak memory.

ptrain: packed data, 10 epochs with validation and checkpoints, evaluation on the test images.
Keras: the script of whole_keras.py, which does the same with arrays that lie unpacked on the disk.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers import contenders
from peers.rounds import say

TEST_ACCURACY_FLOOR = 0.90
KERAS = contenders.keras("classic")


def ptrain_command(paths, folder, threads, reduction):
    command = [str(paths.ptrain), "train", "--json", f"--threads={threads}", "--epochs=10"]
    # Keras's script draws no curves either.
    command += ["--no-plot"]
    command += [f"--data={paths.dataset}", f"--out={folder}/run"]
    return command + ([f"--reduction={reduction}"] if reduction else [])


def keras_command(paths, folder):
    return [sys.executable, "-m", "peers.whole_keras", str(paths.data), f"{folder}/model.keras"]


def measured(command, environment):
    """Wall seconds, peak resident MB and what it tells on its last lines; or "error".

    A process counts at least what its parent held when it was started: that is this one, which imports no NumPy.
    """
    with tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().splitlines()
    if process.returncode != 0:
        return {"error": f"ended with {process.returncode}"}
    run = {"wall_seconds": round(seconds, 3), "peak_resident_mb": round(usage.ru_maxrss * 1024 / 1e6, 1)}
    return {**run, **test_accuracy(lines)}


def test_accuracy(lines):
    found = [event["test_accuracy"] for event in map(json.loads, lines) if "test_accuracy" in event]
    if not found or found[0] < TEST_ACCURACY_FLOOR:
        return {"error": f"found test accuracies {found}; expected {TEST_ACCURACY_FLOOR} or more"}
    return {"test_accuracy": round(found[0], 4)}


def run(settings, paths):
    """The entry "whole" of the results: runs of each, interleaved."""
    peer = contenders.child_environment(KERAS, paths)
    runs = {"ptrain-1": [], "ptrain-2": [], "ptrain-8": [], KERAS.name: []}
    for number in range(1, settings.whole_rounds + 1):
        for name, entries in runs.items():
            with tempfile.TemporaryDirectory(dir=paths.cache) as folder:
                if name == KERAS.name:
                    entries.append(measured(keras_command(paths, folder), peer))
                else:
                    threads = name.removeprefix("ptrain-")
                    command = ptrain_command(paths, Path(folder), threads, settings.reduction)
                    entries.append(measured(command, contenders.plain_environment()))
            say(f"whole job, round {number}: {name:<18} {entries[-1]}")
    return runs
