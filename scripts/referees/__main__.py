"""What scripts/check-formats does: trains a model, has every module here check its formats, prints a table.

A module named *_files is called as `checks(job)`; it yields job.Row for models, or a line of text, and raises
AssertionError for what is wrong.
"""

import argparse
import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import referees

# The outputs are probabilities, p = softmax(z), so |Δp| ≤ max|Δz| / 2. Programs sum the 784 products of a first-layer
# unit in different orders: the rounding errors of n terms of size a add up to about √n · a · 2⁻²⁴ ≈ 28 · 1 · 6e-8 =
# 1.7e-6 for each sum, and pass through two more layers of weights below 1. 1e-5 leaves a factor of 10.
TOLERANCE = 1e-5


def parsed():
    parser = argparse.ArgumentParser(
        prog="check-formats", description="Holds ptrain's file formats against the programs that they belong to.")
    parser.add_argument("--only", metavar="NAME", help="one module of scripts/referees, such as onnx_files")
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="leave the files in this folder")
    return parser.parse_args()


def modules(only):
    names = sorted(module.name for module in pkgutil.iter_modules(referees.__path__) if module.name.endswith("_files"))
    if only is not None and only not in names:
        raise SystemExit(f"check-formats: found no {only}; expected one of {', '.join(names)}")
    return [importlib.import_module(f"referees.{name}") for name in names if only in (None, name)]


def verdict(row):
    """What is wrong with `row`, or nothing."""
    if row.ours.shape != row.theirs[:len(row.ours)].shape:
        return f"found outputs of shape {row.theirs.shape}; expected {row.ours.shape}"
    if not row.difference <= TOLERANCE:
        return f"found a difference of {row.difference:.3g}; expected at most {TOLERANCE}"
    if round(row.our_accuracy * len(row.labels)) != round(row.their_accuracy * len(row.labels)):
        return f"found accuracies of {row.our_accuracy:.4f} and {row.their_accuracy:.4f}; expected the same"
    return None


def line(row):
    return (
        f"| {row.format} | {row.direction} | {row.reader} | {len(row.ours):,} | {row.difference:.2e} "
        f"| {row.our_accuracy:.4f} | {row.their_accuracy:.4f} |")


def check(module, job):
    """Prints what `module` found; returns what is wrong."""
    faults = []
    try:
        for result in module.checks(job):
            print(result if isinstance(result, str) else line(result), flush=True)
            fault = None if isinstance(result, str) else verdict(result)
            if fault:
                faults.append(f"{result.format}, {result.direction}, {result.reader}: {fault}")
    except AssertionError as error:
        faults.append(f"{module.__name__}: {error}")
    return faults


def main(options, folder):
    from referees.job import Job

    job = Job(root=Path(__file__).resolve().parents[2], folder=folder)
    job.train()
    print("| Format | Direction | Other program | Images | Largest difference | Accuracy here | there |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: |", flush=True)
    faults = [fault for module in modules(options.only) for fault in check(module, job)]
    for fault in faults:
        print(f"check-formats: failed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    options = parsed()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
        sys.exit(main(options, options.keep))
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(options, Path(temporary)))
