"""Runs as values, and their form in the journal (also that of `history --format json`)."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Check, Verdict

Kind = Literal["sync", "verify"]
Trigger = Literal["push", "receive", "manual", "resume"]


class Step(msgspec.Struct, frozen=True):
    """One step of a run."""

    name: str
    status: str
    duration_ms: int = 0


class Run(msgspec.Struct, frozen=True):
    """One run; `finished_at`, `exit_code` are None while it lasts. Times are ISO 8601 in UTC."""

    id: str
    kind: Kind
    trigger: Trigger
    target: str
    started_at: str
    status: str
    commit: str | None = None
    finished_at: str | None = None
    exit_code: int | None = None
    steps: tuple[Step, ...] = ()
    checks: tuple[Check, ...] = ()


def verify_run(run_id: str, verdict: Verdict, finished_at: str, trigger: Trigger) -> Run:
    """The record of a verify."""
    return Run(
        id=run_id,
        kind="verify",
        trigger=trigger,
        target=verdict.target,
        started_at=verdict.started_at,
        status=verdict.status,
        commit=verdict.commit,
        finished_at=finished_at,
        exit_code=verdict.exit_code,
        checks=verdict.checks,
    )


def encode(run: Run) -> bytes:
    """The run as JSON."""
    return msgspec.json.encode(run)


def decode(document: bytes) -> Run | None:
    """The run in a document; None for one that this version does not understand."""
    try:
        return msgspec.json.decode(document, type=Run)
    except msgspec.MsgspecError:
        return None
