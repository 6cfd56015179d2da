"""How each contender measures its epochs, and the line it hands back. Standard library only."""

import json
import time


def measure(job, warm_up, train_epoch):
    """Milliseconds of each measured epoch. Both functions return only when their work is done."""
    warm_up()
    epochs = []
    for _ in range(job.measured_epochs):
        start = time.perf_counter()
        train_epoch()
        epochs.append((time.perf_counter() - start) * 1e3)
    return epochs


def report(epoch_ms, accuracy, notes=()):
    """Prints the contender's one line of JSON."""
    line = {"epoch_ms": [round(value, 3) for value in epoch_ms], "accuracy": round(accuracy, 4)}
    print(json.dumps({**line, "notes": list(notes)}), flush=True)
