"""Exchanges of random shapes between processes, each byte checked."""

from launcher import Failure


def run(tools):
    seeds = "10" if tools.short else "60"
    for ranks in (1, 2, 3, 4):
        ended = tools.run([tools.exchange_check, seeds], ranks)
        if ended.code != 0 or f"{ranks} ranks: all came as it was sent" not in ended.output:
            raise Failure(f"{ranks} ranks: {ended.output.strip()}; {ended}")
        print(f"  {ended.output.strip()}", flush=True)
