"""Runs the stages side by side and draws the verdict; no stage can stop another."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import (
    STAGES,
    Action,
    Check,
    Item,
    Mode,
    StageName,
    Verdict,
    complete,
    conclude,
    exit_code,
    next_actions,
    stage_id,
)
from safeguards.errors import ConfigError, SafeguardsError
from safeguards.health.fanout import Outcome, fan_out

if TYPE_CHECKING:
    from safeguards.system.clock import Clock

Findings = tuple[tuple[Item, ...], str]
"""What a stage returns: its items and a summary, which may be empty."""

Stage = Callable[[], Findings]


class Plan(msgspec.Struct, frozen=True):
    """What one verify does: a stage, or the reason why it is skipped. `seconds` bounds it all."""

    target: str
    mode: Mode
    stages: Mapping[StageName, Stage | str]
    seconds: float
    commit: str | None = None


class Witness(msgspec.Struct, frozen=True):
    """Who is told while it runs: of each finished check, and of each bug (it returns a hint)."""

    finished: Callable[[Check], None]
    crashed: Callable[[Exception], str]


def run(plan: Plan, clock: Clock, witness: Witness) -> Verdict:
    """Run every stage of the plan at once and return the verdict.

    A stage that fails to look is `unknown`; one that crashes too, and says that it is a bug.
    Raises `ConfigError` when a stage finds the configuration wrong.
    """
    started, began = clock.now(), clock.monotonic()
    active: list[tuple[StageName, Stage]] = []
    checks: dict[StageName, Check] = {}
    for name in STAGES:
        stage = plan.stages[name]
        if isinstance(stage, str):
            checks[name] = Check(stage_id(name), name, "skipped", 0, stage)
        else:
            active.append((name, stage))

    def done(index: int, outcome: Outcome[Findings]) -> None:
        name = active[index][0]
        checks[name] = _check(plan.target, name, outcome, witness.crashed)
        witness.finished(checks[name])

    fan_out(
        [stage for _, stage in active],
        width=max(len(active), 1),
        seconds=plan.seconds,
        clock=clock,
        done=done,
    )
    elapsed = round((clock.monotonic() - began) * 1000)
    return conclude_all(plan, tuple(checks[name] for name in STAGES), started, elapsed)


def conclude_all(
    plan: Plan, checks: tuple[Check, ...], started: datetime, duration_ms: int
) -> Verdict:
    """The verdict that these checks amount to."""
    code = exit_code(checks)
    return Verdict(
        version=1,
        target=plan.target,
        status="fail" if code else "pass",
        exit_code=int(code),
        mode=plan.mode,
        started_at=timestamp(started),
        duration_ms=duration_ms,
        commit=plan.commit,
        checks=checks,
        next_actions=next_actions(checks),
    )


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: sorts as text."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _check(
    target: str, name: StageName, outcome: Outcome[Findings], crashed: Callable[[Exception], str]
) -> Check:
    error, summary = outcome.error, ""
    if isinstance(error, ConfigError):
        raise error
    if error is not None:
        items: tuple[Item, ...] = (_unanswered(name, error, crashed),)
    else:
        assert outcome.value is not None
        items, summary = outcome.value
    command = f"safeguards verify --target {shlex.quote(target)} --only {name} -v"
    again = Action(command, f"look at the {name} again", safe=True)
    whole = tuple(complete(item, again) for item in items)
    return conclude(name, whole, outcome.duration_ms, summary)


def _unanswered(name: StageName, error: Exception, crashed: Callable[[Exception], str]) -> Item:
    if isinstance(error, SafeguardsError):
        message, hint = error.message, error.hint
    else:
        message = f"a bug in safeguards: {type(error).__name__}: {error}"
        hint = crashed(error)
    return Item(name, "unknown", expected="an answer", message=message, hint=hint)
