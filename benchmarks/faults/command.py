"""`benchmarks/run faults`: every fault alone, then pairs, on the real production."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support import engine
from tests.support.production import brought_up

from benchmarks.faults.kit import FAULTS, Fault, code_of
from benchmarks.faults.matrix import Finding, pairs, try_all
from benchmarks.faults.world import opened
from benchmarks.machine import describe

PAIRS = 40


def main(argv: list[str]) -> int:
    """Print a table; 1 when a fault was missed, or a code or a status was wrong."""
    options = _parse(argv)
    chosen = [
        each
        for each in FAULTS.values()
        if not options.only or any(part in each.name for part in options.only)
    ]
    if not chosen and not options.pairs:
        print(f"no fault is named like {', '.join(options.only)}", file=sys.stderr)
        return 2
    sets: list[tuple[Fault, ...]] = [(each,) for each in chosen] * options.rounds
    many = options.pairs if options.pairs is not None else 0 if options.only else PAIRS
    sets += pairs(many, options.seed)
    print(f"# Faults\n\n{describe()}, seed {options.seed}\n", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="safeguards-faults-") as state,
        engine.running() as answering,
        brought_up(answering) as production,
        opened(production, Path(state)) as world,
    ):
        found = try_all(world, sets, teller())
    print(_summary(found))
    return int(any(each.wrong for each in found))


def teller() -> Callable[[Finding], None]:
    """Prints a table row by row."""
    print("| fault | room | code | right | s | wrong |\n|---|---|---:|---:|---:|---|", flush=True)

    def tell(finding: Finding) -> None:
        rooms = ", ".join(each.room for each in finding.faults)
        failed = {stage for each in finding.faults for stage in each.expects}
        wrong = "; ".join(finding.wrong).replace("|", "\\|").replace("\n", " ")
        print(
            f"| {finding.name} | {rooms} | {finding.code} | {code_of(failed)}"
            f" | {finding.seconds:.1f} | {wrong} |",
            flush=True,
        )

    return tell


def _summary(found: list[Finding]) -> str:
    alone = sum(len(each.faults) == 1 for each in found)
    wrong = [each for each in found if each.wrong]
    missed = sum(any("MISSED" in word for word in each.wrong) for each in found)
    codes = sum(any("WRONG CODE" in word for word in each.wrong) for each in found)
    lines = [
        (
            f"\n{alone} single faults, {len(found) - alone} pairs: {missed} missed, {codes} wrong"
            f" codes, {len(wrong)} with something to say against them"
        ),
        *(f"- {each.name}: {'; '.join(each.wrong)}" for each in wrong),
    ]
    return "\n".join(lines)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often each fault alone")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="faults whose name contains this; repeatable",
    )  # fmt: skip
    parser.add_argument("--pairs", type=int, help=f"how many pairs; default {PAIRS}")
    parser.add_argument("--seed", type=int, default=1, help="which pairs")
    return parser.parse_args(argv)
