"""The command line of the benchmarks: what to measure, how often, how large."""

from __future__ import annotations

import argparse
import signal
import sys
from types import FrameType

from benchmarks import fuzz, scan, sync, verify
from benchmarks.agreement import command as agreement
from benchmarks.faults import command as faults
from benchmarks.faults import steady
from benchmarks.machine import describe
from benchmarks.pushes import kills, many, rebase
from benchmarks.syncs import kills as sync_kills
from benchmarks.syncs import races as sync_races
from benchmarks.syncs import stacks as sync_swarm

ROUNDS = {"scan": 11, "verify": 15}
SIZES = [100, 1_000, 10_000]
OTHERS = {
    "agreement": agreement.main,
    "faults": faults.main,
    "fuzz": fuzz.main,
    "pushes": many.main,
    "kills": kills.main,
    "rebase": rebase.main,
    "steady": steady.main,
    "sync": sync.main,
    "sync-kills": sync_kills.main,
    "sync-races": sync_races.main,
    "sync-swarm": sync_swarm.main,
}
"""Commands with options of their own."""


def main(argv: list[str] | None = None) -> int:
    """Measure, and print one markdown document."""
    given = sys.argv[1:] if argv is None else argv
    if given and given[0] in OTHERS:
        return OTHERS[given[0]](given[1:])
    options = _parse(given)
    print(f"# Benchmarks\n\n{describe()}\n", flush=True)
    if options.what in {"scan", "all"}:
        rounds = options.rounds or ROUNDS["scan"]
        for files in options.files or SIZES:
            print(scan.generated(files, rounds), flush=True)
        if options.real:
            print(scan.real(options.real, rounds), flush=True)
    if options.what in {"verify", "all"}:
        print(verify.docker_production(options.rounds or ROUNDS["verify"]), flush=True)
    return 0


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["scan", "verify", "all"], default="all")
    parser.add_argument("--rounds", type=int, help="how often each side runs")
    parser.add_argument(
        "--files", type=int, action="append", help="size of the generated project; repeatable"
    )
    parser.add_argument(
        "--real", metavar="PACKAGE", help="scan the Python files of a package from PyPI too"
    )
    return parser.parse_args(argv)


def _end(number: int, _: FrameType | None) -> None:
    """What was made is removed, also when somebody ends a drill."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main())
