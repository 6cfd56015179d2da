"""Keras's .h5 and .keras files, both ways, with Keras 3 and, where it can be installed, Keras 2.15."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from peers.data import read_part

WORKER = Path(__file__).with_name("keras_worker.py")
ENDINGS = ("h5", "keras")


def samples(job):
    """The file of samples that the workers read."""
    path = job.folder / "samples.npz"
    if not path.exists():
        training, labels = read_part(job.dataset, "train")
        training = (training.astype(np.float32) / np.float32(255)).reshape(-1, 28, 28)
        np.savez(path, images=job.test[0], labels=job.test[1], training_images=training, training_labels=labels)
    return path


def work(job, python, task, path):
    """Has `python`'s Keras do `task`; returns its outputs for all test images, and its version."""
    outputs = job.folder / "outputs.npz"
    result = subprocess.run(
        [python, WORKER, task, path, samples(job), outputs], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 0, f"{task} {path}: {result.stderr[-2000:]}"
    found = np.load(outputs)
    return found["outputs"], str(found["version"])


def checks(job):
    for python in filter(None, [Path(sys.executable), job.keras2_python]):
        for ending in ENDINGS:
            model = job.export(ending)
            outputs, version = work(job, python, "open", model)
            yield job.row(f".{ending}", "from ptrain", f"Keras {version}", job.run, outputs)
        stem = job.folder / f"keras-{version}"
        outputs, version = work(job, python, "train", stem)
        for ending in ENDINGS:
            yield job.row(f".{ending}", "to ptrain", f"Keras {version}", f"{stem}.{ending}", outputs)
    if job.keras2_python is None:
        yield "Keras 2.15 is left out: it needs Python 3.9 to 3.11."
