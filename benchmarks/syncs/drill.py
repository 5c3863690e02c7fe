"""Rounds: a commit is pushed, syncs to it are struck, and go on until one comes to its end."""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.syncs.author import Author
from benchmarks.syncs.blows import BOUNDARY, MOMENT, Aim, Sync, strike, weights
from benchmarks.syncs.changes import BAD, KINDS, Commit, Schema
from benchmarks.syncs.production import Production, facts, marked, sessions
from benchmarks.syncs.verdicts import ABORT, PUSH, RESUME, SYNC, Ended, Seen, Verdict, judge

AGAIN = 0.6
"""How often the sync that goes on is struck, too."""

STRIKES = 5
"""How often a round is struck at most."""

COMMANDS = 14
"""Commands after which a round must have come to its end."""

QUIET = 8.0
"""Seconds within which nothing that belongs to a sync is left, after it ended."""

NONE = Aim("")

SETTLED = "production is well on"
"""Said of a version whose run was cut off after everything was done but its end."""

BACK = re.compile(r"^rollback: |: note rolling_back$")
"""Writes by which a run begins to go back; whatever goes on with it completes that first."""


ENDS = frozenset(
    {
        "the old commit (12)",
        "the old commit (14)",
        "the old commit (15)",
        "nothing to go on with",
        "given up",
    }
)
"""Outcomes after which nothing is left of what was begun: an end says what changed since then."""


class Drill:
    """Strikes syncs of one production; what must not be is one line each in `violations`."""

    def __init__(self, production: Production, folder: Path, seed: int) -> None:
        self.production, self.folder = production, folder
        self.author = Author(folder, production.files)
        self.dice = random.Random(seed)
        self._mark = f"drill.{folder}."
        self.strikes: Counter[tuple[str, str]] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.violations: list[str] = []
        self.rounds = self.syncs = 0
        self.current = self.goal = self.author.commits[0]
        self.story: list[str] = []
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.edges: set[str] = set()
        self._writes: dict[str, list[str]] = {}
        self.struck: Counter[str] = Counter()
        self.going_back = self.went_back = False

    def run(self, kills: int) -> None:
        """Go on until so many strikes have met a sync that went on."""
        self.begin()
        while self.strikes.total() < kills:
            self.rounds += 1
            self.round()

    def begin(self) -> None:
        """The first version: nothing was there before it."""
        ended = self.sync(SYNC, NONE)
        self.conclude(ended, frozenset(), Schema(""))
        if self.violations:
            raise RuntimeError("\n".join([*self.violations, ended.text]))
        self.current = self.goal

    def round(self) -> None:
        self.story, self.going_back = [], False
        kind = self.dice.choice([*KINDS, *(each for each in KINDS if each not in BAD)])
        self.goal = self.author.push(kind)
        old, before = {self.current.serial}, facts(self.production)
        last: Verdict | None = None
        verb, strikes = SYNC, 0
        for number in range(COMMANDS):
            aim = NONE
            if not number or (strikes < STRIKES and self.dice.random() < AGAIN):
                aim = self._aim(self.goal.kind)
            here = facts(self.production)
            ended = self.sync(verb, aim)
            if SETTLED in ended.text:  # what the earlier run left is what it began with
                before = here
            strikes += not ended.calm
            last = self.conclude(ended, frozenset(old), before)
            if last.over:
                break
            if last.outcome in ENDS:  # what is done from now on is told from here on
                before = facts(self.production)
            verb = self._next(ended, last)
            if verb == RESUME and len(old) > 1:  # that goes on with what had the locks last
                verb = SYNC
            if last.outcome == PUSH:
                old.add(self.goal.serial)
                self.goal = self.author.push("code")
            if last.outcome == "killed" and verb == SYNC and self.dice.randrange(10) == 0:
                old.add(self.goal.serial)
                self.goal = self.author.push(self.dice.choice([*KINDS]))
        else:
            self.wrong(f"no end after {COMMANDS} commands, at last: {last}")
        self.quiet()
        self.current = self._answering()
        if not self.goal.bad:
            self.again()

    def _answering(self) -> Commit:
        """The commit that production is at; not what was there before, where an earlier goal of
        the round had come to its end.
        """
        serial = self.production.serving().serial
        found = (each for each in self.author.commits if each.serial == serial)
        return next(found, self.current)

    def _next(self, ended: Ended, last: Verdict) -> str:
        """What a person would type now."""
        if last.outcome.startswith("half applied"):
            self.mend()
            return ABORT
        if last.outcome == "killed":
            return self.dice.choice((SYNC, SYNC, SYNC, RESUME, RESUME, RESUME, ABORT))
        if last.outcome != PUSH and ended.code in {13, 16} and ended.verb != ABORT:
            return self.dice.choice((SYNC, RESUME))
        return SYNC

    def start(self, verb: str, aim: Aim, top: Path) -> Sync:
        """Start a sync in a work tree."""
        self.syncs += 1
        mark, log = f"{self._mark}{self.syncs}.", self.folder / f"sync{self.syncs}.log"
        words = (verb,) if verb else ()
        return Sync(self.production.environment, top, mark, log, aim, *words)

    def sync(self, verb: str, aim: Aim, top: Path | None = None) -> Ended:
        sync = self.start(verb, aim, top or self.author.top)
        place = strike(aim, sync, self.production, self.dice) if aim.kind else ""
        code = sync.wait()
        self.went_back = self.going_back
        self.going_back = code != 15 and (self.going_back or any(map(BACK.search, sync.writes())))
        if place:
            self.strikes[aim.kind, _step(place)] += 1
            self.struck[place] += 1
        elif verb == SYNC and not aim.kind:
            self.seconds[self.goal.kind].append(time.monotonic() - sync.began)
            self._learn(sync.writes())
        met = f", {aim.kind}: {place}" if place else ""
        self.story.append(f"sync {verb} to {self.goal.serial} ({self.goal.kind}){met}: {code}")
        return Ended(verb, code, sync.text(), not place)

    def _aim(self, kind: str) -> Aim:
        """Something that was seldom done until now, in the time that such a sync usually takes."""
        known = weights(self.production)
        what = self.dice.choices([*known], [*known.values()])[0]
        usual = statistics.median(self.seconds[kind] or [each for all_ in self.seconds.values()
                                                         for each in all_])  # fmt: skip
        if what != BOUNDARY:
            return Aim(what, self.dice.random() * usual)
        told = self._writes.get(kind)
        if told is None:
            return Aim(MOMENT, self.dice.random() * usual)
        edges = [(when, write) for write in dict.fromkeys(told) for when in ("before", "after")]
        self.dice.shuffle(edges)
        when, write = min(edges, key=lambda edge: self.struck[" ".join(edge)])
        return Aim(what, write=write, when=when)

    def _learn(self, writes: list[str]) -> None:
        """What a whole sync of this kind writes."""
        self._writes.setdefault(self.goal.kind, writes)
        self.edges |= {f"{when} {each}" for each in writes for when in ("before", "after")}

    def conclude(self, ended: Ended, old: frozenset[int], before: Schema) -> Verdict:
        if ended.code == -9 and not ended.calm:
            self.outcomes["killed"] += 1
            return Verdict("killed", [])
        now, serving = facts(self.production), self.production.serving()
        knows = (each.head for each in self.author.commits if each.serial == serving.serial)
        seen = Seen(self.goal, old, before, now, serving, next(knows, ""), self.went_back)
        verdict = judge(ended, seen)
        self.outcomes[verdict.outcome] += 1
        for each in verdict.wrong:
            self.wrong(f"{verdict.outcome}: {each}", ended.text)
        return verdict

    def mend(self) -> None:
        """What a revision left that is no transaction, undone by hand as the message asks."""
        now = facts(self.production)
        for each in self.goal.revisions:
            if each.id > now.version:
                self.production.sql(f"drop index if exists ix{each.id}")
                self.production.sql(f"delete from ledger where revision = '{each.id}'")

    def quiet(self) -> None:
        """Nothing of any sync is left: processes, sessions, places, exports."""
        deadline = time.monotonic() + QUIET
        while (left := self._left()) and time.monotonic() < deadline:
            time.sleep(0.1)
        for each in left:
            self.wrong(f"still there: {each}")

    def _left(self) -> list[str]:
        found = [f"session {name}" for name in sessions(self.production) if name]
        found += [
            f"process {each.pid} {' '.join(each.argv)}"
            for each in marked(self._mark)
            if not self.production.belongs(each.pid)
        ]
        found += [str(path) for path in self.folder.glob("*/.git/safeguards/exports/*/*")]
        return [*found, *self.production.left()]

    def again(self, top: Path | None = None) -> None:
        """A further sync finds nothing to do, and does nothing."""
        now, serving = facts(self.production), self.production.serving()
        ended = self.sync(SYNC, NONE, top)
        del self.seconds[self.goal.kind][-1:]
        after = facts(self.production), self.production.serving()
        if ended.code != 0 or after != (now, serving):
            text = f"a further sync ends with {ended.code}: {(now, serving)} became {after}"
            self.wrong(text, ended.text)
        self.outcomes["again: nothing to do"] += 1

    def wrong(self, what: str, text: str = "") -> None:
        lines = [f"round {self.rounds}, {self.goal.kind}: {what}", *self.story, text]
        self.violations.append("\n  ".join(each for each in lines if each))
        print(self.violations[-1], file=sys.stderr, flush=True)


def _step(place: str) -> str:
    """The step of a place such as `before migrate: note applied`."""
    return re.sub(r"^(before|after) ", "", place).partition(":")[0]
