"""Runs and pushes as the journal holds them: one JSON document for each."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from safeguards.checks import Verdict
from safeguards.pushed import GateOutcome, PushedRef
from safeguards.runs import Identity, Kind, Outcome, Push, Run, Step, Told, Trigger

__all__ = [
    "GateOutcome",
    "Identity",
    "Kind",
    "Outcome",
    "Push",
    "PushedRef",
    "Run",
    "Step",
    "Told",
    "Trigger",
    "decode",
    "encode",
    "verify_run",
]

R = TypeVar("R")


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


def encode(record: Run | Push | Identity | Told) -> bytes:
    """The record as JSON; bytes of a name that are no text are kept as escapes (`\\udcff`)."""
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:
        return msgspec.json.encode(_text(msgspec.to_builtins(record)))


def decode(document: bytes, form: type[R]) -> R | None:
    """The record in a document; None for one that this version does not understand."""
    try:
        return msgspec.json.decode(document, type=form)
    except msgspec.MsgspecError:
        return None


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _text(inner) for key, inner in value.items()}
    return [_text(inner) for inner in value] if isinstance(value, (list, tuple)) else value
