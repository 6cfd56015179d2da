"""The comparison of ptrain with its peers; scripts/bench-peers calls this."""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from peers import results, rounds, table, whole
from peers.jobs import JOBS


@dataclass(frozen=True)
class Paths:
    root: Path

    @property
    def scripts(self):
        return self.root / "scripts"

    @property
    def ptrain(self):
        return self.root / ".build" / "release" / "ptrain"

    @property
    def dataset(self):
        return self.root / "datasets" / "mnist"

    @property
    def cache(self):
        return self.root / ".venv" / "peers-cache"

    @property
    def data(self):
        return self.cache / "mnist"

    @property
    def readme(self):
        return self.root / "README.md"

    @property
    def results(self):
        return self.root / "Benchmarks" / "results"


def names(text):
    return [name for name in text.split(",") if name]


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"found {value}; expected 1 or more")
    return value


def parsed(arguments):
    parser = argparse.ArgumentParser(prog="bench-peers", description="Times ptrain and its peers on the same jobs.")
    parser.add_argument("--rounds", type=positive, default=5, help="interleaved rounds of each job (default: 5)")
    parser.add_argument("--jobs", type=names, default=list(JOBS), help="default: reference,mid,large")
    parser.add_argument("--peers", type=names, default=[], help="such as ptrain,jax,torch-eager-2 (default: all)")
    parser.add_argument("--reduction", help="ptrain's --reduction (default: its own choice)")
    parser.add_argument(
        "--cap", type=float, default=240,
        help="seconds of one contender in one job; past them it ends, after 3 rounds at least (default: 240)",
    )  # fmt: skip
    parser.add_argument("--whole", action="store_true", help="the whole reference job too, against Keras's script")
    parser.add_argument("--whole-rounds", type=positive, default=2, help="default: 2")
    parser.add_argument("--quick", action="store_true", help="one round of reference, no file, README as it was")
    parser.add_argument("--out", type=Path, help="results file; jobs of an existing one that are not run are kept")
    parser.add_argument("--no-readme", action="store_true", help="leave the README as it was")
    parser.add_argument("--table", type=Path, metavar="FILE", help="only rewrite the README from a results file")
    settings = parser.parse_args(arguments)
    unknown = [job for job in settings.jobs if job not in JOBS]
    if unknown:
        parser.error(f"found --jobs {unknown[0]}; expected some of {','.join(JOBS)}")
    if settings.quick:
        settings.rounds, settings.jobs = 1, [job for job in settings.jobs if job == "reference"]
    return settings


def opened(settings, paths):
    """The results to fill, and their path: those of `--out` if it exists and is of this machine and commit."""
    fresh = results.header(settings, paths)
    if settings.quick:
        return fresh, None
    if settings.out is None or not settings.out.exists():
        return fresh, settings.out or results.free_path(paths.results, fresh)
    old = results.read(settings.out)
    for what in ("machine", "commit", "versions"):
        if old[what] != fresh[what]:
            raise SystemExit(f"bench-peers: error: {settings.out} is of another {what}; name a new file")
    return {**fresh, "jobs": old["jobs"], "whole": old.get("whole")}, settings.out


def measure(settings, paths):
    """Runs everything asked for; the file is written after each round. Returns the results and their path."""
    unpack = [sys.executable, "-m", "peers.data", str(paths.dataset), str(paths.data)]
    subprocess.run(unpack, check=True)
    found, path = opened(settings, paths)

    def keep(job, rounds_):
        found["jobs"][job] = results.job_entry(job, rounds_)
        if path:
            results.write(path, found)

    for job in settings.jobs:
        rounds.run_job(job, settings, paths, keep)
    if settings.whole:
        found["whole"] = whole.run(settings, paths)
        if path:
            results.write(path, found)
    return found, path


def failed(found):
    """Whether ptrain itself failed in any run."""
    runs = [
        run
        for job in found["jobs"].values()
        for round_ in job["rounds"]
        for name, run in round_["runs"].items()
        if name.startswith("ptrain-")
    ]
    whole_runs = [run for name, runs in (found.get("whole") or {}).items() if name.startswith("ptrain-") for run in runs]
    return any("error" in run for run in runs + whole_runs)


def main():
    paths = Paths(Path(__file__).resolve().parents[2])
    settings = parsed(sys.argv[1:])
    if settings.table:
        found, path = results.read(settings.table), settings.table
    else:
        found, path = measure(settings, paths)
    text = table.markdown(found)
    print(text)
    if path and not settings.no_readme:
        table.rewrite(paths.readme, text)
    if path and not settings.table:
        rounds.say(f"results: {path.name}")
    if failed(found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
