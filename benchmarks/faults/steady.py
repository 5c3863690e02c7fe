"""`benchmarks/run steady`: a healthy production under load is never blamed."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from tests.support import engine
from tests.support.production import brought_up

from benchmarks.faults.load import Load, loaded
from benchmarks.faults.world import Said, World, opened
from benchmarks.machine import describe

RUNS = 500
EVERY = 50
"""Runs after which it is told how far it is."""


def main(argv: list[str]) -> int:
    """Print figures; 1 when any run blamed production."""
    options = _parse(argv)
    print(f"# Steady\n\n{describe()}\n", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="safeguards-steady-") as state,
        engine.running() as answering,
        brought_up(answering) as production,
        opened(production, Path(state)) as world,
        loaded(world) if options.load else contextlib.nullcontext(Load()) as load,
    ):
        seconds, blamed = ask(world, options.runs)
        busy = load.rounds, load.failed
    print(report(seconds, blamed))
    for name, rounds in busy[0].items():
        print(f"load: {name}: {rounds} rounds, {busy[1][name]} failed")
    return int(bool(blamed))


def ask(world: World, runs: int) -> tuple[list[float], list[str]]:
    """So many runs one after the other: how long each took, and what was wrongly blamed."""
    seconds: list[float] = []
    blamed: list[str] = []
    for number in range(1, runs + 1):
        began = time.monotonic()
        said = world.run("verify", "--format", "json")
        seconds.append(time.monotonic() - began)
        if said.code != 0:
            blamed.append(f"run {number}: exit {said.code}: {_why(said)}")
            print(blamed[-1], flush=True)
        if number % EVERY == 0:
            print(f"{number} runs, {len(blamed)} false failures", flush=True)
    return seconds, blamed


def report(seconds: Sequence[float], blamed: Sequence[str]) -> str:
    """The figures as markdown."""
    marks = quantiles(seconds, n=100) if len(seconds) > 1 else [seconds[0]] * 99
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    spread = f"{min(seconds):.2f} | {median(seconds):.2f} | {marks[94]:.2f} | {marks[98]:.2f}"
    return (
        "\n| runs | false failures | min s | median s | 95 % s | 99 % s | max s | load average |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---|\n"
        f"| {len(seconds)} | {len(blamed)} | {spread} | {max(seconds):.2f} | {load} |"
    )


def _why(said: Said) -> str:
    if said.document is None:
        return said.err.strip()[-500:]
    wrong = [
        f"{stage}: {item['subject']}: {item['observed']}, {item['message']}"
        for stage in said.statuses
        for item in said.items(stage)
        if item["status"] in ("fail", "unknown")
    ]
    return "; ".join(wrong)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run steady", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="how often verify is run")
    parser.add_argument(
        "--load",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="keep production and the machine busy; the default",
    )
    options = parser.parse_args(argv)
    if options.runs < 1:
        print("steady: --runs: at least 1", file=sys.stderr)
        raise SystemExit(2)
    return options
