"""`scripts/check-ranks` after the build: `__main__.py BINARY EXCHANGES MNIST [--short] [NAME…]`."""

import pathlib
import signal
import sys
import tempfile
import time

import equality
import exchanges
import faults
import hosts
from launcher import Failure, Tools

PARTS = {"exchanges": exchanges, "equality": equality, "faults": faults, "hosts": hosts}


def take_signals():
    """Undoes what a parent such as `nohup` ignores: ptrain would, rightly, ignore it too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def main(binary, exchange_check, mnist, *arguments):
    take_signals()
    short = "--short" in arguments
    wanted = [name for name in arguments if name != "--short"] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        sys.exit(f"check-ranks: found {unknown[0]}; expected --short or some of {' '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="ptrain-ranks-") as folder:
        tools = Tools(binary, exchange_check, mnist, pathlib.Path(folder), short)
        for name in wanted:
            begun = time.monotonic()
            try:
                PARTS[name].run(tools)
            except Failure as failure:
                sys.exit(f"check-ranks: failed: {name}: {failure}")
            print(f"{name}: passed in {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
