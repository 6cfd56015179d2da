"""Each reader of outside input under libFuzzer; see `scripts/fuzz`."""

import pathlib
import re
import subprocess


def run(tool, score, folder, mnist, short):
    script = pathlib.Path(__file__).resolve().parent.parent / "fuzz"
    process = subprocess.Popen([str(script), *(["--short"] if short else [])], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        print(f"fuzz {line}", end="", flush=True)
        if found := re.match(r"\w+: FOUND after ([0-9]+)", line):
            score.found(int(found[1]), line.strip())
        elif found := re.match(r"\w+: ([0-9]+) executions", line):
            score.found(int(found[1]))
    # 1: findings, which are counted above.
    if process.wait() not in (0, 1):
        score.found(0, f"scripts/fuzz ended with {process.returncode}")
