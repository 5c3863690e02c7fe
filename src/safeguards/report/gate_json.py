"""`gate --format json`, version 1: fields are only ever added."""

from __future__ import annotations

from typing import Any

import msgspec

from safeguards.pushed import GateCheck, GateVerdict
from safeguards.report import findings_json

VERSION = 1


def render(verdict: GateVerdict, *, exit_code: int) -> str:
    """The verdict as one document on one line; bytes of a name that are no text are replaced."""
    return findings_json.encode(
        {
            "version": VERSION,
            "outcome": verdict.outcome,
            "exit_code": exit_code,
            "refs": msgspec.to_builtins(verdict.refs),
            "checks": [_check(check) for check in verdict.checks],
            "skipped": list(verdict.skipped),
            "repair": verdict.repair,
            "next_actions": msgspec.to_builtins(verdict.next_actions),
        }
    )


def _check(check: GateCheck) -> dict[str, Any]:
    return {
        "name": check.name,
        "status": check.status,
        "duration_ms": check.duration_ms,
        "summary": check.summary,
        "commit": check.commit or None,
        "findings": [findings_json.entry(finding) for finding in check.findings],
        "items": msgspec.to_builtins(check.items),
    }
