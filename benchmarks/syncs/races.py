"""Two syncs at once: one works, the other waits and then finds nothing to do."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.machine import describe
from benchmarks.pushes.shop import isolated
from benchmarks.syncs.blows import Sync, kill_after
from benchmarks.syncs.changes import BAD, KINDS, Commit, Revision, Schema
from benchmarks.syncs.drill import NONE, Drill
from benchmarks.syncs.kills import RUNTIMES, production_of, table
from benchmarks.syncs.production import Production, facts
from benchmarks.syncs.verdicts import ABORT, SYNC, Ended, Seen, judge

GOOD = [each for each in KINDS if each not in BAD]
BOTH, LATER, KILLED = "of one commit", "of two commits", "of one commit, one killed"
WAITING = "waiting for"
WHERE = {"trees": "work trees of one clone", "clones": "clones"}


class Races(Drill):
    """Two places that start a sync at the same moment, again and again."""

    def __init__(self, production: Production, folder: Path, seed: int, where: str) -> None:
        super().__init__(production, folder, seed)
        make = self.author.tree if where == "trees" else self.author.clone
        self.tops = [self.author.top, make("other")]
        self.waits = self.indexes = 0
        # Releases of commands belong to a clone: another one has to build and start its own.
        self.shared = where == "trees" or production.name != "command"

    def race(self, rounds: int) -> None:
        """So many rounds, after the first version."""
        self.begin()
        for number in range(rounds):
            self.rounds += 1
            self.story = []
            self._race((BOTH, LATER, KILLED, LATER)[number % 4])
            self.quiet()
            self.current = self.goal
            self.again()

    def _race(self, what: str) -> None:
        kind = self.dice.choice(["index", "several", *GOOD])
        before, old = facts(self.production), frozenset({self.current.serial})
        first = self.goal = self.author.push(kind)
        tops = self.dice.sample(self.tops, 2)
        syncs = [self.start(SYNC, NONE, tops[0])]
        if what == LATER:
            time.sleep(self.dice.random())
            self.goal = self.author.push(self.dice.choice(GOOD))
        syncs.append(self.start(SYNC, NONE, tops[1]))
        struck = kill_after(syncs, self.dice) if what == KILLED else None
        if struck:
            self.strikes[what, struck.place().split(":")[0].split(" ", 1)[1]] += 1
        ended = [Ended(SYNC, each.wait(), each.text(), calm=each is not struck) for each in syncs]
        for sync, each, goal in zip(syncs, ended, (first, self.goal), strict=True):
            self.story.append(f"sync to {goal.serial} ({goal.kind}): {each.code}\n{each.text}")
            self.waits += WAITING in each.text
            self.outcomes[f"{what}: {_outcome(sync, each)}"] += 1
        self.indexes += _indexed(syncs, ended, (*first.new, *self.goal.new))
        self._judge(what, syncs, ended, first, old, before)
        if struck and self.shared:
            self.again(struck.top)  # what it left lies in its own clone, for its next sync

    def _judge(
        self,
        what: str,
        syncs: list[Sync],
        ended: list[Ended],
        first: Commit,
        old: frozenset[int],
        before: Schema,
    ) -> None:
        now, serving = facts(self.production), self.production.serving()
        seen = Seen(self.goal, old, before, now, serving)
        last = next(each for each in reversed(ended) if each.calm)
        verdict = judge(last, seen)
        for each in verdict.wrong:
            self.wrong(f"{what}: {each}")
        if verdict.outcome.startswith("half applied") and what == KILLED:
            self.mend()
            for verb in (ABORT, SYNC):
                self.conclude(self.sync(verb, NONE), old, before)
            return
        codes = [each.code for each in ended if each.calm]
        if any(codes):
            self.wrong(f"{what}: they end with {codes}")
        worked = [each for each in syncs if any(w.startswith("roll:") for w in each.writes())]
        if what == BOTH and self.shared and len(worked) != 1:
            self.wrong(f"{what}: {len(worked)} of them replaced something")


def _indexed(syncs: list[Sync], ended: list[Ended], revisions: tuple[Revision, ...]) -> bool:
    """Whether CREATE INDEX CONCURRENTLY came to its end while somebody waited for the lock."""
    names = [each.id for each in revisions if each.kind == "index"]
    waited = [WAITING in each.text for each in ended]
    applied = any(
        other_waited and "migrate: ok" in sync.writes() and any(name in each.text for name in names)
        for sync, each, other_waited in zip(syncs, ended, reversed(waited), strict=True)
    )
    return bool(names) and applied


def _outcome(sync: Sync, ended: Ended) -> str:
    if not ended.calm:
        return "killed"
    waited = ", after it waited" if WAITING in ended.text else ""
    worked = any(each.startswith("roll:") for each in sync.writes())
    if ended.code:
        return f"exit {ended.code}{waited}"
    return f"{'worked' if worked else 'nothing to do'}{waited}"


def main(argv: list[str] | None = None) -> int:
    """Run the drill and print its table; 1 when anything was done twice, or not at all."""
    options = _parse(argv)
    where = WHERE[options.where]
    print(f"# Two syncs at once: {options.runtime}, {where}\n\n{describe()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="safeguards-drill-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"), production_of(options.runtime, folder) as production:
            drill = Races(production, folder, options.seed, options.where)
            started = time.monotonic()
            try:
                drill.race(options.rounds)
            finally:
                _tell(drill, time.monotonic() - started)
    return 1 if drill.violations else 0


def _tell(drill: Races, seconds: float) -> None:
    print(table("what came of it", dict(sorted(drill.outcomes.items()))))
    counts = {
        "rounds": drill.rounds,
        "syncs that waited": drill.waits,
        "CREATE INDEX CONCURRENTLY beside one that waited": drill.indexes,
        "kills": drill.strikes.total(),
        "violations": len(drill.violations),
        "seconds": round(seconds),
    }
    print(table("what", counts), flush=True)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run sync-races", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="chooses commits, and what is killed")
    parser.add_argument("--runtime", choices=RUNTIMES, default="command")
    parser.add_argument("--where", choices=[*WHERE], default="trees", help="who starts the two")
    return parser.parse_args(argv)
