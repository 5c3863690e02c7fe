"""The gate's verdict as values: what was checked, what was found, what was left out and why."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Action, Item
from safeguards.findings import Finding
from safeguards.journal.records import GateOutcome, PushedRef

CheckName = Literal["scan", "history", "production"]
CheckStatus = Literal["pass", "warn", "fail", "skipped"]


class GateCheck(msgspec.Struct, frozen=True):
    """One check of the gate: findings of what reads code, items of what asks production."""

    name: CheckName
    status: CheckStatus
    duration_ms: int
    summary: str = ""
    findings: tuple[Finding, ...] = ()
    items: tuple[Item, ...] = ()


class GateVerdict(msgspec.Struct, frozen=True):
    """The verdict on a push. `refs` are those that deploy; without any there is nothing to judge.

    `skipped` says what was not checked, each with its reason; `repair` is the reason why ill
    health did not block.
    """

    outcome: GateOutcome
    refs: tuple[PushedRef, ...]
    checks: tuple[GateCheck, ...] = ()
    skipped: tuple[str, ...] = ()
    repair: str = ""
    next_actions: tuple[Action, ...] = ()
