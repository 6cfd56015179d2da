"""One contender, once: `python -m peers.child MODULE JOB FOLDER THREADS FORM [CPUS]`.

With CPUS (numbers, comma-separated) the process may run on those only, which is set before the framework starts
its threads: some have no other way to be held to one core.
"""

import importlib
import os
import sys

from peers.jobs import JOBS


def main(module, job, folder, threads, form, cpus=""):
    if cpus:
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    importlib.import_module(f"peers.{module}").run(JOBS[job], folder, int(threads), form)


if __name__ == "__main__":
    main(*sys.argv[1:])
