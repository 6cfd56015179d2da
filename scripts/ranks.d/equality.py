"""The same job on any number of processes and threads gives the same bits."""

from launcher import MID, REFERENCE, check_digest

# Ranks, threads of each.
WAYS = [(1, 4), (2, 2), (3, 1), (4, 1)]


def run(tools):
    for reduction in ("fused", "buffered"):
        job = [*REFERENCE, "--epochs", "2", "--reduction", reduction]
        compare(tools, f"reference, {reduction}", job, WAYS)
    if not tools.short:
        for reduction in ("fused", "buffered"):
            compare(tools, f"mid, {reduction}", [*MID, "--epochs", "1", "--reduction", reduction], [(2, 1), (4, 1)])


def compare(tools, name, job, ways):
    straight = tools.run(tools.train("straight", "--threads", "2", *job))
    check_digest(f"{name}, one process", straight, straight.digest)
    for ranks, threads in ways:
        ended = tools.run(tools.train(f"ranks{ranks}", "--threads", str(threads), *job), ranks)
        check_digest(f"{name}, {ranks} × {threads}", ended, straight.digest)
