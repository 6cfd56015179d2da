"""The trained model that goes through the formats, and what ptrain says of a model."""

import csv
import json
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from peers.data import read_part

EPOCHS = 2


@dataclass(frozen=True)
class Row:
    """One line of the table: what two programs say of the same model."""

    format: str
    direction: str
    reader: str
    # [images, classes], of ptrain and of the other program.
    ours: np.ndarray = field(repr=False)
    theirs: np.ndarray = field(repr=False)
    # Of all test images.
    our_accuracy: float
    labels: np.ndarray = field(repr=False)

    @property
    def difference(self):
        return float(np.max(np.abs(self.ours.astype(np.float64) - self.theirs[:len(self.ours)])))

    @property
    def their_accuracy(self):
        return float(np.mean(np.argmax(self.theirs, axis=1) == self.labels))


@dataclass(frozen=True)
class Job:
    """Where everything lies; `folder` is for the files that the checks make."""

    root: Path
    folder: Path

    @property
    def dataset(self):
        return self.root / "datasets" / "mnist"

    @property
    def keras2_python(self):
        """The Python that has Keras 2.15, or None."""
        path = self.root / ".venv" / "referees-keras2" / "bin" / "python"
        return path if path.exists() else None

    @property
    def run(self):
        """The folder of the run that trained the reference model."""
        return self.folder / "run"

    @cached_property
    def test(self):
        """(images, float32 [10000, 28, 28] of 0 to 1; labels, int32 [10000])"""
        images, labels = read_part(self.dataset, "test")
        return (images.astype(np.float32) / np.float32(255)).reshape(-1, 28, 28), labels

    def ptrain(self, *arguments):
        """Runs ptrain and returns its standard output."""
        command = [self.root / ".build" / "release" / "ptrain", *arguments]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"check-formats: {' '.join(map(str, command))} ended with {result.returncode}: {result.stderr}")
        return result.stdout

    def train(self, name="run", *options):
        self.ptrain(
            "train", "--epochs", str(EPOCHS), "--threads", "2", "--data", self.dataset, "--out", self.folder / name,
            "--quiet", "--json", *options)
        return self.folder / name

    def export(self, ending, model=None):
        """The reference model, or the one named, in another format."""
        path = self.folder / f"{Path(model or self.run).stem}.{ending}"
        self.ptrain("export", model or self.run, "-o", path)
        return path

    def predictions(self, model):
        """ptrain's outputs for all test images, float32 [10000, classes]."""
        if "--output" not in self.ptrain("predict", "--help"):
            events = [self.ptrain("predict", model, "--data", self.dataset, "--index", str(i), "--json") for i in range(100)]
            return np.array([json.loads(event)["probabilities"] for event in events], dtype=np.float32)
        path = self.folder / "predictions.csv"
        self.ptrain("predict", model, "--input", self.dataset, "--output", path)
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        names = [name for name in rows[0] if name.startswith("probability")]
        return np.array([[row[name] for name in names] for row in rows], dtype=np.float32)

    def accuracy(self, model):
        """ptrain's accuracy over all test images."""
        events = self.ptrain("evaluate", model, "--data", self.dataset, "--json").splitlines()
        return json.loads(events[-1])["test_accuracy"]

    def row(self, format, direction, reader, model, theirs):
        """What ptrain says of the file `model` beside `theirs`, another program's outputs for all test images."""
        return Row(format, direction, reader, self.predictions(model), np.asarray(theirs), self.accuracy(model), self.test[1])
