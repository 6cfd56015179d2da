"""`scripts/torture` after the build: `__main__.py BINARY MNIST [--short] [NAME…]`."""

import pathlib
import signal
import sys
import tempfile
import time

import disks
import fuzz
import harness
import inputs
import kills
import load
import signals

PARTS = {"kills": kills, "signals": signals, "disks": disks, "load": load, "inputs": inputs, "fuzz": fuzz}


def table(score, seconds):
    slowest = f"{max(score.stops) * 1000:.0f} ms" if score.stops else "not measured"
    rows = [
        ("Faults tried", f"{sum(score.faults.values()):,}"),
        ("survived", f"{sum(score.survived.values()):,}"),
        ("lost", f"{len(score.lost):,}"),
        ("Bad inputs tried", f"{score.inputs:,}"),
        ("traps", f"{len(score.traps):,}"),
        ("Largest memory", f"{score.largest_kilobytes * 1024 / 1e6:.0f} MB"),
        ("Slowest stop", f"{slowest} of {len(score.stops)}"),
        ("Took", f"{seconds:.0f} s"),
    ]
    print("\n| | |\n|---|---:|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    print()
    for kind, count in sorted(score.faults.items()):
        print(f"{kind}: {score.survived.get(kind, 0)} of {count}")
    for text in score.skipped:
        print(f"skipped: {text}")
    for text in score.lost + score.traps:
        print(f"LOST {text}")


def take_signals():
    """Undoes what a parent such as `nohup` ignores: ptrain would, rightly, ignore it too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def main(binary, mnist, *arguments):
    take_signals()
    short = "--short" in arguments
    wanted = [name for name in arguments if name != "--short"] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        sys.exit(f"torture: found {unknown[0]}; expected --short or some of {' '.join(PARTS)}")
    score = harness.Score()
    tool = harness.Tool(binary, score)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ptrain-torture-") as folder:
        for name in wanted:
            place = pathlib.Path(folder) / name
            place.mkdir()
            PARTS[name].run(tool, score, place, pathlib.Path(mnist), short)
    table(score, time.monotonic() - begun)
    sys.exit(1 if score.lost or score.traps else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
