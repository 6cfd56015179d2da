"""Disks that are full or read-only, and folders that go away."""

import os
import shutil
import subprocess

from harness import make_dataset


def run(tool, score, folder, mnist, short):
    data = make_dataset(tool, folder / "data", count=3000)
    job = ["--data", str(data), "--epochs", "8", "--hidden", "64", "--threads", "2", "--json"]
    digest = tool.run(*job, "--out", str(folder / "straight")).digest
    data_goes(tool, score, folder, data, job)
    folder_goes(tool, score, folder, job)
    disk = folder / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", str(disk)], capture_output=True).returncode:
        return score.skip("the full and the read-only disk: mounting a tmpfs needs root")
    try:
        full(tool, score, disk, job, digest)
        read_only(tool, score, disk, job, digest)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def remount(disk, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def full(tool, score, disk, job, digest):
    for policy in ("fail", "continue"):
        out = disk / policy
        remount(disk, "size=80k")
        ended = tool.run(*job, "--out", str(out), "--on-checkpoint-error", policy)
        problem = None
        if ended.code not in (73, 74) or "No space left on device" not in ended.errors or str(out) not in ended.errors:
            problem = str(ended)
        elif tool.steps(out / "ckpt.zst") is None:
            problem = "no checkpoint opens"
        elif policy == "continue" and len(ended.events()) != 8:
            problem = f"training ended after {len(ended.events())} epochs"
        remount(disk, "size=16m")
        if problem is None and tool.run("resume", str(out), "--json").digest != digest:
            problem = "the resumed run has other bits"
        score.fault(f"full disk, {policy}", problem)
        shutil.rmtree(out)


def read_only(tool, score, disk, job, digest):
    out = disk / "run"
    remount(disk, "size=16m")
    begun = [*job]
    begun[begun.index("--epochs") + 1] = "3"
    assert tool.run(*begun, "--out", str(out)).code == 0
    remount(disk, "ro")
    ended = tool.run("resume", str(out), "--epochs", "8", "--json")
    problem = None if ended.code == 73 and "Read-only file system" in ended.errors and str(out) in ended.errors else str(ended)
    remount(disk, "rw")
    if problem is None and tool.run("resume", str(out), "--epochs", "8", "--json").digest != digest:
        problem = "the resumed run has other bits"
    score.fault("read-only folder", problem)


def data_goes(tool, score, folder, data, job):
    """The data set is removed, or cut short, while it is streamed."""
    options = [*job, "--shuffle-buffer", "200", "--memory-budget", "64KiB"]
    options[options.index("--epochs") + 1] = "200"
    straight = tool.run(*options, "--out", str(folder / "streamed"))
    assert straight.code == 0, straight
    for kind in ("removed", "cut short"):
        copy, out = folder / "copy", folder / f"data {kind}"
        shutil.copytree(data, copy)
        arguments = [str(copy) if argument == str(data) else argument for argument in options]
        process = tool.start(*arguments, "--out", str(out))
        for _ in range(3):
            process.stdout.readline()
        if kind == "removed":
            shutil.rmtree(copy)
        else:
            for shard in copy.glob("train-*.zst"):
                os.truncate(shard, shard.stat().st_size // 2)
        ended = tool.finish(process)
        problem = None
        # Open files outlive their names; what is cut short is noticed and named.
        if kind == "removed" and (ended.code != 0 or ended.digest != straight.digest):
            problem = str(ended)
        if kind == "cut short" and (ended.code not in (65, 74) or "train-" not in ended.errors):
            problem = str(ended)
        if problem is None and tool.run("resume", str(out), "--data", str(data), "--json").digest != straight.digest:
            problem = "the resumed run has other bits"
        score.fault(f"data set {kind}", problem)
        shutil.rmtree(copy, ignore_errors=True)


def folder_goes(tool, score, folder, job):
    """The run's folder is removed during the run."""
    options = [*job]
    options[options.index("--epochs") + 1] = "500"
    out = folder / "goes"
    process = tool.start(*options, "--out", str(out))
    for _ in range(3):
        process.stdout.readline()
    moved = folder / "gone"
    out.rename(moved)
    ended = tool.finish(process)
    problem = None if ended.code in (73, 74) and str(out) in ended.errors else str(ended)
    if problem is None and tool.steps(moved / "ckpt.zst") is None:
        problem = "its last checkpoint does not open"
    score.fault("run folder removed", problem)
