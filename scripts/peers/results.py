"""The results file: what was measured, on what, with which versions; and what follows from it."""

import datetime
import json
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

from peers.contenders import CONTENDERS
from peers.jobs import JOBS

FORMAT = "ptrain-bench-peers"
PACKAGES = ("tensorflow-cpu", "keras", "torch", "jax", "jaxlib", "numpy", "scikit-learn")


def output_of(*command, folder=None):
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return process.stdout.strip() if process.returncode == 0 else ""


def machine():
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    family = re.findall(r"^(?:cpu family|model|stepping)\s*:\s*(\d+)$", info, re.MULTILINE)[:3]
    memory = re.search(r"^MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "cpu": re.sub(r"\s+", " ", model[1]) if model else platform.machine(),
        "cpu_family_model_stepping": "-".join(family),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(memory[1]) / 2**20, 1),
        "kernel": platform.release(),
    }


def versions(paths):
    installed = {name: metadata.version(name) for name in PACKAGES}
    ptrain = output_of(str(paths.ptrain), "--version")
    swift = re.search(r"Swift version (\S+)", output_of("swift", "--version"))
    return {"ptrain": ptrain, "swift": swift[1] if swift else "", "python": platform.python_version(), **installed}


def header(settings, paths):
    changed = output_of("git", "status", "--porcelain", "--", "Sources", "Package.swift", "scripts", folder=paths.root)
    return {
        "format": FORMAT,
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": output_of("git", "rev-parse", "HEAD", folder=paths.root),
        "uncommitted_changes": bool(changed),
        "machine": machine(),
        "versions": versions(paths),
        "settings": {"rounds": settings.rounds, "cap_seconds": settings.cap, "reduction": settings.reduction},
        "jobs": {},
    }


def summary(rounds):
    """Minima over all good runs of each contender, how many those were, and the ratios of minima to ptrain's."""
    figures = {}
    for round_ in rounds:
        for name, run in round_["runs"].items():
            if "error" not in run:
                figures.setdefault(name, []).append(run["best_ms"])
    minima = {name: min(values) for name, values in figures.items()}
    ratios = {
        rival: {name: round(value / minima[rival], 3) for name, value in minima.items()}
        for rival in ("ptrain-1", "ptrain-2")
        if rival in minima
    }
    counts = {name: len(values) for name, values in figures.items()}
    return {"minimum_ms": minima, "good_runs": counts, "ratio_to": ratios}


def job_entry(name, rounds):
    entered = {run for round_ in rounds for run in round_["runs"]}
    contenders = {
        each.name: {"title": each.title, "threads": each.threads} for each in CONTENDERS if each.name in entered
    }
    return {"title": JOBS[name].title, "contenders": contenders, **summary(rounds), "rounds": rounds}


def slug(text):
    words = re.sub(r"\((?:r|tm)\)|\bcpu\b|@.*", " ", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def free_path(folder, results):
    """Benchmarks/results/DATE-CPU.json, or the next free of …-2.json, …-3.json."""
    stem = f"{results['date'][:10]}-{slug(results['machine']['cpu'])}"
    names = [f"{stem}.json", *(f"{stem}-{number}.json" for number in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


def read(path):
    try:
        results = json.loads(Path(path).read_text())
    except (OSError, ValueError) as failure:
        raise SystemExit(f"bench-peers: error: can't read {path}: {failure}") from None
    if not isinstance(results, dict) or results.get("format") != FORMAT:
        raise SystemExit(f"bench-peers: error: found {path} of another format; expected {FORMAT}")
    return results


def write(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(results, indent=1) + "\n")
    temporary.replace(path)
