"""Many pushes at once, from clones and work trees, to one remote."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import describe
from benchmarks.pushes.shop import BRANCHES, PATIENCE, Shop, isolated
from benchmarks.pushes.truth import Account, account, asked_twice, told

if TYPE_CHECKING:
    from benchmarks.pushes.shop import Place

KINDS = ("plain",) * 12 + ("url", "twice", "both", "whole") * 2
"""By the remote's name; by its URL; started twice at once; two branches in one; safeguards push."""

FLAKY = """#!/bin/sh
# Refuses one commit in eight when it first comes, and takes it when it comes again.
case $3 in *0 | *8) ! mkdir "refused-$3" 2>/dev/null ;; esac
"""


class Drill:
    """Each place pushes its share, one after the other; all places at once."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.seed = shop, seed
        self.kinds: Counter[str] = Counter()
        hook = shop.remote / "hooks/update"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(FLAKY)
        hook.chmod(0o755)

    def run(self, pushes: int) -> Account:
        """Make so many pushes and see that each was followed as it should be."""
        places = self.shop.places
        shares = [pushes // len(places) + (n < pushes % len(places)) for n in range(len(places))]
        with ThreadPoolExecutor(len(places)) as pool:
            for done in [
                pool.submit(self._share, *each) for each in zip(places, shares, strict=True)
            ]:
                done.result()
        settled = self.shop.settle()
        found = account(self.shop)
        twice = asked_twice(self.shop)
        late = [] if settled else ["something is still on its way"]
        violations = [*found.violations, *twice, *late]
        return Account({**found.counts, "violations": len(violations)}, violations)

    def _share(self, place: Place, pushes: int) -> None:
        dice = random.Random(f"{self.seed} {place.name}")
        while pushes > 0:
            branch, kind = dice.choice(("main", *BRANCHES)), dice.choice(KINDS)
            place.git("checkout", "-q", "-B", f"{place.name}-{branch}", f"origin/{branch}")
            if dice.randrange(3):
                place.catch_up(branch)
            for turn in range(3):
                if not turn or dice.randrange(2):
                    place.commit(f"{branch}, {pushes}")
                pushes -= 2 if kind == "twice" else 1
                if self._push(place, branch, kind) or pushes <= 0:
                    break
                if turn or kind != "plain":
                    place.catch_up(branch)

    def _push(self, place: Place, branch: str, kind: str) -> bool:
        self.kinds[kind] += 1
        where = str(self.shop.remote) if kind == "url" else "origin"
        refs = [f"HEAD:refs/heads/{branch}"]
        if kind == "both":
            refs = [f"HEAD:refs/heads/{each}" for each in ("main", "release")]
        started = [
            self.shop.push(place, where, *refs, whole=kind == "whole")
            for _ in range(2 if kind == "twice" else 1)
        ]
        return 0 in [each.wait(PATIENCE) for each in started]


def main(argv: list[str] | None = None) -> int:
    """Run the drill and print one table; 1 when a push was lost, done twice or told wrongly."""
    options = _parse(argv)
    print(f"# Many pushes at once\n\n{describe()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="safeguards-drill-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"):
            trees = options.clones // 2
            drill = Drill(Shop(folder, options.clones - trees, trees), options.seed)
            started = time.monotonic()
            found = drill.run(options.pushes)
            took = time.monotonic() - started
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(drill.kinds.items()))
    print(f"{options.clones} places ({trees} of them work trees of one clone); {kinds}\n")
    return told(found, took)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run pushes", description=__doc__)
    parser.add_argument("--pushes", type=int, default=200)
    parser.add_argument("--clones", type=int, default=8, help="half of them are work trees")
    parser.add_argument("--seed", type=int, default=1, help="chooses what each place pushes, how")
    return parser.parse_args(argv)
