"""kill -9 at every write of a sync's journal and at any moment; the next command completes it."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import describe
from benchmarks.pushes.shop import isolated
from benchmarks.syncs import commands, composed
from benchmarks.syncs.drill import Drill

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from benchmarks.syncs.production import Production


RUNTIMES: Mapping[str, Callable[[Path], AbstractContextManager[Production]]] = {
    "command": commands.running,
    "compose": composed.running,
}


def main(argv: list[str] | None = None) -> int:
    """Run the drill and print its tables; 1 when production was left as it may not be."""
    options = _parse(argv)
    print(f"# kill -9 during a sync: {options.runtime}\n\n{describe()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="safeguards-drill-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"), production_of(options.runtime, folder) as production:
            drill = Drill(production, folder, options.seed)
            started = time.monotonic()
            try:
                drill.run(options.kills)
            finally:  # somebody who ends it wants to know, too
                code = tell(drill, time.monotonic() - started)
    return code


def tell(drill: Drill, seconds: float) -> int:
    """Print what was struck where and what came of it; the exit code."""
    print(_where(drill.strikes))
    print(table("what came of it", drill.outcomes))
    places = {place for place, times in drill.struck.items() if times}
    edges = {place for place in drill.edges if place}
    counts = {
        "strikes": drill.strikes.total(),
        "rounds": drill.rounds,
        "syncs": drill.syncs,
        "writes of the journal, before and after": len(edges),
        "of them with a kill there": len(edges & places),
        "violations": len(drill.violations),
        "seconds": round(seconds),
    }
    print(table("what", counts), flush=True)
    return 1 if drill.violations else 0


def _where(strikes: Counter[tuple[str, str]]) -> str:
    if not strikes:
        return ""
    kinds = sorted({kind for kind, _ in strikes})
    steps = sorted({step for _, step in strikes})
    lines = [f"| step | {' | '.join(kinds)} |", f"|---|{'---:|' * len(kinds)}"]
    for step in steps:
        found = [str(strikes[kind, step]) for kind in kinds]
        lines += [f"| {step} | {' | '.join(found)} |"]
    sums = [str(sum(n for (kind, _), n in strikes.items() if kind == each)) for each in kinds]
    lines.append(f"| all | {' | '.join(sums)} |")
    return "\n".join(lines) + "\n"


def table(title: str, counts: Mapping[str, int]) -> str:
    """A table of what was counted."""
    lines = [f"| {what} | {count} |" for what, count in counts.items()]
    return "\n".join([f"| {title} | how many |", "|---|---:|", *lines]) + "\n"


def production_of(runtime: str, folder: Path) -> AbstractContextManager[Production]:
    """A production of this runtime, to which nothing was deployed yet."""
    return RUNTIMES[runtime](folder)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run sync-kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1, help="chooses commits, and what is struck")
    parser.add_argument("--runtime", choices=RUNTIMES, default="command")
    return parser.parse_args(argv)
