"""The verdict on a production as values: what was looked at, what was seen, what to do next.

Stages make them, `report/` renders them, the journal keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from safeguards.exitcodes import ExitCode

Status = Literal["ok", "warn", "fail", "unknown", "skipped"]
StageName = Literal["containers", "migrations", "api", "records"]
Mode = Literal["full", "quick"]

STAGES: tuple[StageName, ...] = ("containers", "migrations", "api", "records")
"""The stages in the order of their numbers; the position is also the exit code."""

FAILED: frozenset[Status] = frozenset({"fail", "unknown"})
"""What counts against production: "could not look" is never a pass."""

NOTHING = "nothing"
"""What was observed where nobody answered."""


class Action(msgspec.Struct, frozen=True):
    """A command to run next; `safe` means that it changes nothing."""

    command: str
    why: str
    safe: bool


class Item(msgspec.Struct, frozen=True):
    """One thing that a stage looked at. `duration_ms` is how long looking took.

    `measures` are the numbers behind `observed`, by name, for programs: metrics are made of them.
    """

    subject: str
    status: Status
    observed: str = ""
    expected: str = ""
    message: str = ""
    hint: str = ""
    duration_ms: int = 0
    next: Action | None = None
    measures: Mapping[str, float] = {}


class Check(msgspec.Struct, frozen=True):
    """The verdict of one stage; never `warn`, which only items can be."""

    id: int
    name: StageName
    status: Status
    duration_ms: int
    summary: str = ""
    items: tuple[Item, ...] = ()


class Drift(msgspec.Struct, frozen=True):
    """Whether production is made of something else than what the remote's deploy branch holds.

    `synced` is the commit that was synchronised last, by `run`, and `tip` what the branch is at,
    as `seen`: asked of the remote, as of the last fetch, or in this repository, which receives
    pushes itself. `changed` are the first of `changed_count` files that differ and count.
    """

    status: Literal["none", "drift", "unknown", "never"]
    remote: str
    branch: str
    seen: Literal["remote", "fetched", "here"]
    message: str
    target: str | None = None
    synced: str | None = None
    run: str | None = None
    tip: str | None = None
    changed: tuple[str, ...] = ()
    changed_count: int = 0


class Verdict(msgspec.Struct, frozen=True):
    """The answer of one `verify`; its fields are the JSON format, version 1.

    `drift` is None where nothing was compared.
    """

    version: int
    target: str
    status: Literal["pass", "fail"]
    exit_code: int
    mode: Mode
    started_at: str
    duration_ms: int
    commit: str | None
    checks: tuple[Check, ...]
    next_actions: tuple[Action, ...]
    drift: Drift | None = None


class Several(msgspec.Struct, frozen=True):
    """The verdicts of one call on several productions; its fields are the JSON format too."""

    version: int
    status: Literal["pass", "fail"]
    exit_code: int
    targets: tuple[Verdict, ...]


def stage_id(name: StageName) -> int:
    """The number of a stage, counted from 1."""
    return STAGES.index(name) + 1


def worst(items: tuple[Item, ...]) -> Status:
    """The status of a stage with these items: fail before unknown before ok."""
    seen = {item.status for item in items}
    for status in ("fail", "unknown"):
        if status in seen:
            return status
    return "skipped" if seen == {"skipped"} else "ok"


def conclude(name: StageName, items: tuple[Item, ...], duration_ms: int, summary: str) -> Check:
    """A stage's check whose status follows from its items."""
    return Check(stage_id(name), name, worst(items), duration_ms, summary, items)


def exit_code(checks: tuple[Check, ...]) -> ExitCode:
    """0 when no stage failed, the stage's own code when one did, 99 when several did."""
    failed = [check for check in checks if check.status in FAILED]
    if not failed:
        return ExitCode.OK
    return ExitCode(failed[0].id) if len(failed) == 1 else ExitCode.SEVERAL_STAGES


def together(verdicts: tuple[Verdict, ...]) -> Several:
    """What these verdicts amount to: a stage's own code when all that failed failed in that."""
    codes = {each.exit_code for each in verdicts if each.exit_code}
    code = codes.pop() if len(codes) == 1 else int(ExitCode.SEVERAL_STAGES if codes else 0)
    return Several(1, "fail" if code else "pass", code, verdicts)


def complete(item: Item, again: Action) -> Item:
    """The item; of one that failed nothing is missing of observed, expected and what to do next."""
    if item.status not in FAILED:
        return item
    return msgspec.structs.replace(
        item,
        observed=item.observed or NOTHING,
        expected=item.expected or "an answer that can be judged",
        next=item.next or again,
    )


def next_actions(checks: tuple[Check, ...]) -> tuple[Action, ...]:
    """Every command that the items advise, each once, harmless ones first."""
    found = dict.fromkeys(
        item.next for check in checks for item in check.items if item.next is not None
    )
    return tuple(sorted(found, key=lambda action: not action.safe))
