"""Injects faults one by one and in pairs, and holds what `verify` says against what is true."""

from __future__ import annotations

import contextlib
import itertools
import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.faults import api, containers, engine, migrations, records
from benchmarks.faults.kit import FAULTS, STAGES, Fault, NotInjectedError, code_of
from benchmarks.faults.world import Said, World

ROOMS = (containers, migrations, api, records, engine)
"""Modules that register their faults by being imported."""


class Finding(NamedTuple):
    """What came of one injection; `wrong` is empty when `verify` said what is true."""

    faults: tuple[Fault, ...]
    code: int | None
    seconds: float
    wrong: tuple[str, ...]

    @property
    def name(self) -> str:
        """The faults that were there together."""
        return " + ".join(each.name for each in self.faults)


def pairs(number: int, seed: int) -> list[tuple[Fault, Fault]]:
    """So many pairs of different rooms that can be there together; the same for the same seed."""
    possible = [
        (one, other)
        for one, other in itertools.combinations(FAULTS.values(), 2)
        if one.room != other.room and not one.touches & other.touches
    ]
    return random.Random(seed).sample(possible, min(number, len(possible)))


def try_all(
    world: World, sets: Sequence[tuple[Fault, ...]], tell: Callable[[Finding], None]
) -> list[Finding]:
    """Each set of faults in turn; after each production is well, and `verify` says so."""
    found: list[Finding] = []
    for faults in sets:
        finding = attempt(world, faults)
        world.settle()
        after = world.verify()
        if after.code != 0:
            note = f"once mended: exit {after.code} {_blamed(after)}"
            finding = finding._replace(wrong=(*finding.wrong, note))
        found.append(finding)
        tell(finding)
    return found


def attempt(world: World, faults: tuple[Fault, ...]) -> Finding:
    """Break production in these ways at once, ask, mend."""
    with contextlib.ExitStack() as stack:
        try:
            for each in sorted(faults, key=lambda one: one.rank):
                stack.enter_context(each.inject(world))
        except NotInjectedError as error:
            return Finding(faults, None, 0, (f"not injected: {error}",))
        began = time.monotonic()
        said = world.verify()
        seconds = time.monotonic() - began
    return Finding(faults, said.code, seconds, tuple(judge(faults, said)))


def judge(faults: Sequence[Fault], said: Said) -> list[str]:
    """What is wrong with what was said."""
    if said.code is None:
        return ["it hangs"]
    if said.document is None:
        return [f"exit {said.code} and no document: {said.err.strip()[-300:]}"]
    wrong: list[str] = []
    failed: set[str] = set()
    for stage in STAGES:
        wanted = {word for each in faults if (word := each.expects.get(stage))}
        status = said.statuses.get(stage, "missing")
        problem = _problem(wanted, status, alone=len(faults) == 1)
        if problem:
            wrong.append(f"{stage}: {problem} {_blamed(said, stage)}".strip())
        if wanted:
            failed.add(stage)
        if any(stage in each.warns for each in faults) and not _warned(said, stage):
            wrong.append(f"{stage}: MISSED, no warning")
    if said.code != code_of(failed) or said.code != said.document["exit_code"]:
        wrong.append(f"WRONG CODE {said.code} instead of {code_of(failed)}")
    return wrong + bare(said)


def bare(said: Said) -> list[str]:
    """Failed items without what was observed, expected and is to be done next.

    Of what could not be looked at nothing was observed.
    """
    return [
        f"{stage}: {item['subject']} says no {key}"
        for stage in STAGES
        for item in said.items(stage)
        if item["status"] in ("fail", "unknown")
        for key in ("observed", "expected", "next")
        if not item.get(key) and (key, item["status"]) != ("observed", "unknown")
    ]


def _problem(wanted: set[str], status: str, *, alone: bool) -> str:
    if not wanted:
        return "" if status == "ok" else f"BLAMED, {status}"
    if status not in ("fail", "unknown"):
        return f"MISSED, {status}"
    return f"{status}, not {min(wanted)}" if alone and status not in wanted else ""


def _warned(said: Said, stage: str) -> bool:
    return any(item["status"] in ("warn", "fail", "unknown") for item in said.items(stage))


def _blamed(said: Said, *stages: str) -> str:
    """The items that are not well, in short."""
    named = [
        f"{item['subject']}: {item['observed'] or '-'}, {item['message']}"
        for stage in stages or STAGES
        for item in said.items(stage)
        if item["status"] in ("fail", "unknown")
    ]
    return f"({'; '.join(named)})"[:400] if named else ""
