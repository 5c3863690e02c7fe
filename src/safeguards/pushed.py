"""A push as values: its lines, and the gate's verdict on them.

The gate makes them, `report/` renders them, the journal keeps them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Action, Item
from safeguards.findings import Finding

GateOutcome = Literal["pass", "fail", "skipped"]
CheckName = Literal["scan", "history", "production"]
CheckStatus = Literal["pass", "warn", "fail", "skipped"]


class PushedRef(msgspec.Struct, frozen=True):
    """One line of the pre-push protocol: what was to become what. A zero oid is no commit."""

    local_ref: str
    local_oid: str
    remote_ref: str
    remote_oid: str


class GateCheck(msgspec.Struct, frozen=True):
    """One check of the gate: findings of what reads code, items of what asks production.

    `commit` is the full name of the commit that was judged; `subject` is what people call it.
    """

    name: CheckName
    status: CheckStatus
    duration_ms: int
    summary: str = ""
    findings: tuple[Finding, ...] = ()
    items: tuple[Item, ...] = ()
    commit: str = ""
    subject: str = ""


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
