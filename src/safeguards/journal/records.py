"""Runs as values, and their form in the journal (also that of `history --format json`)."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from safeguards.checks import Check, Verdict
from safeguards.pushed import GateOutcome, PushedRef

__all__ = [
    "GateOutcome",
    "Kind",
    "Outcome",
    "Push",
    "PushedRef",
    "Run",
    "Step",
    "Trigger",
    "decode",
    "encode",
    "verify_run",
]

R = TypeVar("R")

Kind = Literal["sync", "verify"]
Trigger = Literal["push", "receive", "manual", "resume"]
Outcome = Literal["accepted", "rejected", "unknown"]


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


class Push(msgspec.Struct, frozen=True):
    """One push that passed or failed the gate; `run` is the run that it led to.

    `url` is without credentials. `skipped` says what was not checked, each with its reason;
    `repair` is the reason why ill health did not block.
    """

    id: str
    at: str
    remote: str
    refs: tuple[PushedRef, ...]
    gate: GateOutcome
    outcome: Outcome = "unknown"
    run: str | None = None
    url: str = ""
    skipped: tuple[str, ...] = ()
    repair: str = ""


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


def encode(record: Run | Push) -> bytes:
    """The record as JSON."""
    return msgspec.json.encode(record)


def decode(document: bytes, form: type[R]) -> R | None:
    """The record in a document; None for one that this version does not understand."""
    try:
        return msgspec.json.decode(document, type=form)
    except msgspec.MsgspecError:
        return None
