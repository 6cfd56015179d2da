"""Machines with too little of everything: eight runs at once on two cores, and a thousand epochs."""

import os
import pathlib
import resource
import subprocess
import sys

from harness import make_dataset


def run(tool, score, folder, mnist, short):
    crowd(tool, score, folder, mnist, short)
    long_run(tool, score, folder, 200 if short else 1000)


def crowd(tool, score, folder, mnist, short):
    job = ["--data", str(mnist), "--shards", "8", "--epochs", "2" if short else "5", "--json"]
    alone = tool.start(*job, "--threads", "2", "--out", str(folder / "alone"))
    peak = address_space_peak(alone)
    expected = tool.finish(alone)
    assert expected.code == 0, expected
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    hog = subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=lambda: os.sched_setaffinity(0, cores))
    limit = peak + (64 << 20)
    settings = [("plain", {"threads": "2"})] * 5 + [("64 threads", {"threads": "64"}), ("8 threads", {"threads": "8"}),
                                                    ("limited memory", {"threads": "2", "limit": limit})]
    processes = []
    for number, (name, options) in enumerate(settings):
        def prepare(options=options):
            os.sched_setaffinity(0, cores)
            if "limit" in options:
                resource.setrlimit(resource.RLIMIT_AS, (options["limit"], options["limit"]))
        processes.append((name, tool.start(*job, "--threads", options["threads"], "--out", str(folder / f"run{number}"), preexec_fn=prepare)))
    for name, process in processes:
        ended = tool.finish(process)
        score.fault(f"crowded, {name}", None if ended.digest == expected.digest else str(ended))
    hog.kill()
    hog.wait()
    print(f"crowd: 8 runs, one with 64 threads and one within {limit >> 20} MiB of address space, beside a hog", flush=True)


def address_space_peak(process):
    """The largest address space of a process until its first epoch is over."""
    process.stdout.readline()
    return status(process.pid, "VmPeak") << 10


def status(pid, key):
    line = next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1])


def long_run(tool, score, folder, epochs):
    """Memory and descriptors stay flat."""
    data = make_dataset(tool, folder / "data")
    process = tool.start("--data", str(data), "--out", str(folder / "long"), "--epochs", str(epochs), "--keep", "2",
                         "--checkpoint-every", "20", "--threads", "2", "--json")
    seen = {}
    for epoch in range(1, epochs + 1):
        process.stdout.readline()
        if epoch in (epochs // 10, epochs - 20):
            seen[epoch] = (status(process.pid, "VmRSS"), len(os.listdir(f"/proc/{process.pid}/fd")))
    ended = tool.finish(process)
    (early, early_files), (late, late_files) = seen.values()
    # What is known of each epoch grows by some 350 bytes, in several copies while it is written: 3 MiB in 1,000
    # epochs. One forgotten checkpoint an epoch would make it ten.
    is_flat = late - early < 4096 and abs(late_files - early_files) <= 2
    score.fault("long run", None if ended.code == 0 and is_flat else f"{ended}; {seen}")
    print(f"long run: {epochs} epochs, {early} and later {late} KiB, {early_files} and later {late_files} descriptors", flush=True)
