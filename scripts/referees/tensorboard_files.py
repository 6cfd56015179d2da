"""TensorBoard's own reader against history.jsonl: every scalar equal as a float32, every step there once."""

import json
import pathlib
import sys

import numpy
import tensorboard
from tensorboard.backend.event_processing import directory_watcher, event_accumulator, io_wrapper
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

# Tag in TensorBoard, by run, and the member of history.jsonl that it must equal.
EPOCH_TAGS = {
    "train": {
        "epoch_loss": "loss",
        "epoch_accuracy": "accuracy",
        "epoch_samples_per_second": "samples_per_second",
        "epoch_train_seconds": "train_seconds",
        "epoch_data_wait_seconds": "data_wait_seconds",
    },
    "validation": {"epoch_loss": "val_loss", "epoch_accuracy": "val_accuracy"},
}


def scalars(folder):
    """The scalars of a run as TensorBoard shows them: {tag: [(step, value), …]}, nothing sampled away."""
    reader = event_accumulator.EventAccumulator(str(folder), size_guidance={event_accumulator.SCALARS: 0})
    reader.Reload()
    return {tag: [(event.step, event.value) for event in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]}


def event_count(folder):
    """Events in all files of the run, those that were replaced included; ends at no damaged record."""
    watcher = directory_watcher.DirectoryWatcher(
        str(folder), EventFileLoader, lambda path: io_wrapper.IsTensorFlowEventsFile(path)
    )
    return sum(1 for _ in watcher.Load())


def check(run_folder, event_folder, every=None):
    """Raises AssertionError unless the event files tell what the run's history tells.

    every: what --tensorboard-every was; None without.
    Returns lines of text about what was compared.
    """
    lines = (pathlib.Path(run_folder) / "history.jsonl").read_text().splitlines()
    history = [json.loads(line) for line in lines]
    told = []
    for run, tags in EPOCH_TAGS.items():
        found = scalars(pathlib.Path(event_folder) / run)
        for tag, member in tags.items():
            # A kill can cost an epoch its times, which are 0 then and not told.
            known = [epoch for epoch in history if epoch["train_seconds"] > 0 or member in ("loss", "accuracy")]
            known = known if run == "train" else history
            expected = [(epoch["epoch"] - 1, numpy.float32(epoch[member])) for epoch in known if epoch[member] is not None]
            assert [step for step, _ in found[tag]] == [step for step, _ in expected], (run, tag, found[tag])
            assert all(numpy.float32(ours) == theirs for (_, ours), (_, theirs) in zip(found[tag], expected)), (run, tag)
        told.append(
            f"{run}: {len(tags)} scalars of {len(history)} epochs equal, "
            f"{event_count(pathlib.Path(event_folder) / run)} events in the files"
        )
    if every is not None:
        told.append(check_steps(pathlib.Path(event_folder) / "steps", every))
    return told


def check_steps(folder, every):
    """Raises AssertionError unless every `every`-th step is there once."""
    found = scalars(folder)
    for tag in ("batch_loss", "batch_accuracy"):
        steps = [step for step, _ in found[tag]]
        assert steps == list(range(every, every * len(steps) + 1, every)), (tag, steps)
    return f"steps: 2 scalars of {len(steps)} steps, one each {every}, {event_count(folder)} events in the files"


def checks(job):
    """A run of four epochs that goes on to six, so that two event files tell of it."""
    run, events = str(job.folder / "events-run"), str(job.folder / "events")
    options = ["--json", "--no-plot"]
    job.ptrain(
        "train", "--data", str(job.dataset), "--threads", "2", "--epochs", "4", "--out", run, "--tensorboard", events,
        "--tensorboard-every", "100", *options)
    job.ptrain("resume", run, "--epochs", "6", *options)
    yield from (f"TensorBoard {tensorboard.__version__}, {line}" for line in check(run, events, every=100))


if __name__ == "__main__":
    every = int(sys.argv[3]) if len(sys.argv) > 3 else None
    print("\n".join(check(sys.argv[1], sys.argv[2], every)))
