"""Whether an end of a sync is one that there may be, judged by production itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.syncs.changes import MAPPERS, PARTS, Commit, Revision, Schema, schema_at
from benchmarks.syncs.production import Serving

SYNC, RESUME, ABORT = "", "--resume", "--abort"
NOTHING = "nothing was cut off"
HALF = ("is half applied", "may have changed rows")
STAYS = (
    "the old version was not brought back: it does not know the revisions",
    "not all of the revisions leave what it uses",
)
PUSH = "a new push is needed (13)"
HARMLESS = frozenset({"additive", "index"})
"""Kinds of revisions that leave all that an older version uses."""
KILLED = -9


class Ended(NamedTuple):
    """A sync that is over; `calm` tells that nothing happened to it meanwhile."""

    verb: str
    code: int | None
    text: str
    calm: bool


class Seen(NamedTuple):
    """Production after it, and what it may be: the goal, or one of those that were there."""

    goal: Commit
    old: frozenset[int]
    before: Schema
    now: Schema
    serving: Serving
    knows: str = ""
    """The newest revision that the commit which answers knows, "" when that is not told."""
    going_back: bool = False
    """Whether the way back was begun before, and no end of it was told."""

    @property
    def whole(self) -> bool:
        """Whether the database is what some number of revisions make it, each once."""
        return self.now == schema_at(self.now.version, self.goal.revisions)

    @property
    def is_new(self) -> bool:
        return self.serving.serial == self.goal.serial and not self.serving.error

    @property
    def is_old(self) -> bool:
        return self.serving.serial in self.old and not self.serving.error

    @property
    def next(self) -> Revision | None:
        """The first revision that the database does not say it has."""
        known: Sequence[Revision] = self.goal.revisions
        ids = [each.id for each in known]
        index = ids.index(self.now.version) + 1 if self.now.version in ids else 0
        return known[index] if index < len(known) else None


class Verdict(NamedTuple):
    """What came of it; `over` when there is nothing left to do."""

    outcome: str
    wrong: list[str]
    over: bool = False


def judge(ended: Ended, seen: Seen) -> Verdict:
    """What may be said of production, and is it so?"""
    if ended.code == KILLED and not ended.calm:
        return Verdict("killed", [])
    if ended.code == 0 and ended.verb != SYNC and NOTHING in ended.text:
        return Verdict("nothing to go on with", [])
    rule = {0: _good, 12: _unchanged, 13: _halfway, 14: _unchanged, 15: _back, 16: _ill}
    if not ended.calm:  # what was struck is needed to begin at all
        rule[69] = _unchanged
    found = rule.get(ended.code or 0) if ended.code is not None else None
    if found is None:
        return Verdict(f"exit {ended.code}", [f"it ends with {ended.code}"])
    return found(ended, seen)


def _good(ended: Ended, seen: Seen) -> Verdict:
    if ended.verb == ABORT:
        return Verdict("given up", [*_whole(seen), *_well(seen.is_old, seen)])
    wrong = [*_whole(seen), *_well(seen.is_new, seen)]
    if seen.now.version != seen.goal.head:
        wrong.append(f"the database is at {seen.now.version}, the commit at {seen.goal.head}")
    if seen.goal.bad:
        wrong.append(f"a version that {seen.goal.bad} was taken for a good one")
    return Verdict("the new commit", wrong, over=True)


def _unchanged(ended: Ended, seen: Seen) -> Verdict:
    wrong = [*_whole(seen), *_well(seen.is_old, seen), *_expected(ended, seen)]
    if seen.now.version != seen.before.version:
        wrong.append(f"the database came from {seen.before.version} to {seen.now.version}")
    if ended.calm and seen.goal.bad and (ended.code == 14) != (seen.goal.bad == MAPPERS):
        wrong.append(f"{ended.code} is not what is said of one that {seen.goal.bad}")
    return Verdict(f"the old commit ({ended.code})", wrong, over=ended.calm)


def _back(ended: Ended, seen: Seen) -> Verdict:
    wrong = [*_whole(seen), *_well(seen.is_old, seen), *_expected(ended, seen)]
    ids = [each.id for each in seen.goal.revisions]
    before, knows, end = (
        ids.index(each) + 1 if each in ids else 0
        for each in (seen.before.version, seen.knows, seen.now.version)
    )
    wrong += [f"{name} is applied, and not named" for name in ids[max(before, knows):end]
              if name not in ended.text]  # fmt: skip
    over = ended.calm and ended.verb != ABORT and (bool(seen.goal.bad) or not seen.going_back)
    return Verdict("the old commit (15)", wrong, over)


def _ill(ended: Ended, seen: Seen) -> Verdict:
    wrong = _whole(seen)
    if ended.calm and ended.verb != ABORT:
        wrong.append("the old version was brought back, and is ill")
    return Verdict("ill (16)", wrong)


def _halfway(ended: Ended, seen: Seen) -> Verdict:
    if any(each in ended.text for each in STAYS):
        ids = [each.id for each in seen.goal.revisions]
        begin = ids.index(seen.before.version) + 1 if seen.before.version in ids else 0
        new = seen.goal.revisions[begin : ids.index(seen.now.version) + 1]
        failed = seen.goal.bad or not ended.calm or ended.verb == ABORT
        fits = not failed or all(each.kind in HARMLESS for each in new)
        return Verdict(PUSH, ["the old version fits and could be brought back"] if fits else [])
    if not any(each in ended.text for each in HALF):
        wrong = [] if not ended.calm or ended.verb == ABORT else ["nothing kept it from its end"]
        return Verdict("to be gone on with (13)", wrong)
    wrong = []
    name = seen.next
    if name is None or name.kind not in PARTS or f"revision {name.id} " not in ended.text:
        wrong.append(f"the database is at {seen.now.version}; half applied can only be {name}")
    if HALF[0] in ended.text and seen.whole:
        wrong.append("nothing is half applied")
    wrong += [f"{each} is INVALID, and not named" for each in seen.now.broken
              if each not in ended.text]  # fmt: skip
    return Verdict("half applied (13)", wrong)


def _expected(ended: Ended, seen: Seen) -> list[str]:
    if ended.code == 15 and seen.going_back:
        return []
    if ended.calm and not seen.goal.bad and ended.verb != ABORT:
        return [f"nothing kept it from its end, and it ends with {ended.code}"]
    return []


def _whole(seen: Seen) -> list[str]:
    if seen.whole:
        return []
    wanted = schema_at(seen.now.version, seen.goal.revisions)
    return [f"the database is {seen.now}, and should be {wanted}"]


def _well(is_so: bool, seen: Seen) -> list[str]:
    if is_so:
        return []
    return [f"{seen.serving} answers; new is {seen.goal.serial}, old is {sorted(seen.old)}"]
