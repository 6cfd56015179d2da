"""Runs the contenders in interleaved rounds: in each, every one of them once, as a process of its own."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers import contenders
from peers.jobs import JOBS

LEAST_ROUNDS = 3
PROCESS_LIMIT_SECONDS = 900


class ContenderFailed(Exception):
    """What a contender's process did instead of handing back its figures."""


def without_paths(text):
    """`text` with each absolute path cut to its last part: results files tell nothing of the machine's folders."""
    return re.sub(r"(?<![\w./])/(?:[^\s/'\":,]+/)+", "…/", text)


def say(text):
    print(text, file=sys.stderr, flush=True)


def finished(command, environment=None):
    """The standard output of a process that ended well."""
    try:
        process = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PROCESS_LIMIT_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ContenderFailed(f"took more than {PROCESS_LIMIT_SECONDS} s") from None
    if process.returncode != 0:
        last = (process.stderr.strip() or "no message").splitlines()[-1]
        raise ContenderFailed(f"ended with {process.returncode}: {last[:200]}")
    return process.stdout


def run_ptrain(contender, job, paths, reduction):
    with tempfile.TemporaryDirectory(dir=paths.cache) as folder:
        command = contenders.ptrain_command(contender, job, paths, Path(folder) / "run", reduction)
        lines = finished(command, contenders.plain_environment()).splitlines()
        events = [json.loads(line) for line in lines]
    epochs = [event for event in events if event["event"] == "epoch"]
    measured = [round(event["train_seconds"] * 1e3, 3) for event in epochs[-job.measured_epochs :]]
    return {"epoch_ms": measured, "accuracy": round(epochs[-1]["accuracy"], 4), "notes": []}


def run_child(contender, job, paths):
    environment = contenders.child_environment(contender, paths)
    return json.loads(finished(contenders.child_command(contender, job, paths), environment).splitlines()[-1])


def run_once(contender, job, paths, reduction):
    """One run's entry in the results; one with "error" if it failed or did not learn."""
    start = time.monotonic()
    try:
        if contender.is_ptrain:
            run = run_ptrain(contender, job, paths, reduction)
        else:
            run = run_child(contender, job, paths)
        run["best_ms"] = min(run["epoch_ms"])
        if run["accuracy"] < job.accuracy_floor:
            run["error"] = f"found a training accuracy of {run['accuracy']}; expected {job.accuracy_floor} or more"
    except (ContenderFailed, json.JSONDecodeError, LookupError, ValueError, OSError) as failure:
        reason = str(failure) if isinstance(failure, ContenderFailed) else f"{type(failure).__name__}: {failure}"
        run = {"error": without_paths(reason)}
    run["notes"] = [without_paths(note) for note in run.get("notes", ())]
    return {**run, "process_seconds": round(time.monotonic() - start, 2)}


def probe(paths):
    command = [sys.executable, "-m", "peers.probe"]
    environment = {**os.environ, "PYTHONPATH": str(paths.scripts)}
    try:
        return json.loads(finished(command, environment))
    except (ContenderFailed, json.JSONDecodeError) as failure:
        return {"error": without_paths(str(failure))}


def takes_part(name, rounds, cap_seconds):
    """Whether a contender has time left; nobody ends before the third round."""
    spent = [round_["runs"][name]["process_seconds"] for round_ in rounds if name in round_["runs"]]
    return len(rounds) < LEAST_ROUNDS or sum(spent) < cap_seconds


def run_job(name, settings, paths, keep):
    """Runs the rounds of one job; `keep` takes its entry after each, so that an interruption loses little.

    The order turns by one each round: nobody always follows the same neighbour's heat.
    """
    job, rounds = JOBS[name], []
    competing = contenders.chosen(settings.peers, name)
    for number in range(1, settings.rounds + 1):
        entry = {"round": number, "probe": probe(paths), "runs": {}}
        turn = (number - 1) % len(competing)
        for contender in competing[turn:] + competing[:turn]:
            if takes_part(contender.name, rounds, settings.cap):
                run = run_once(contender, job, paths, settings.reduction)
                entry["runs"][contender.name] = run
                say(f"{name}, round {number}: {contender.name:<18} {run.get('error') or run['best_ms']}")
        rounds.append(entry)
        keep(name, rounds)
