"""What is failing, in one short word for each stage: what fails alike has the same words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from safeguards.checks import FAILED, STAGES, Check, StageName

Failing = Mapping[StageName, str]
"""Failing stage → eight digits that stand for which of its items fail, whatever they say."""


def failing_after(before: Failing, checks: tuple[Check, ...]) -> Failing:
    """What is failing after these checks; a stage that was not looked at is as it was before.

    So a run without the API never tells that the API is well again.
    """
    seen = {check.name: check for check in checks if check.status != "skipped"}
    after: dict[StageName, str] = {}
    for name in STAGES:
        if name not in seen:
            if name in before:
                after[name] = before[name]
        elif seen[name].status in FAILED:
            after[name] = _digits(seen[name])
    return after


def _digits(check: Check) -> str:
    """Of which items fail and whether they were seen, not of what was observed: an error that
    holds a time or a number is the same error the next minute.
    """
    failed = sorted({(item.subject, item.status) for item in check.items if item.status in FAILED})
    told = "\0".join(f"{subject}\0{status}" for subject, status in failed)
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:8]
