"""What the journal holds of earlier looks at production: the newest run, and its verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from safeguards.checks import Verdict, exit_code, next_actions
from safeguards.journal.journal import KEEP, SEARCHED

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.runs import Run


def latest(journal: Journal, target: str | None) -> Run | None:
    """The newest run that looked at all that it could. Raises `UnreachableError`."""
    return newest(journal, target, lambda run: run.finished_at is not None)


def verdict_of(run: Run) -> Verdict:
    """What a run saw, as the verdict that it was."""
    code = exit_code(run.checks)
    took = max((check.duration_ms for check in run.checks), default=0)
    if run.kind == "verify" and run.finished_at:
        began, ended = (
            datetime.fromisoformat(_plain(t)) for t in (run.started_at, run.finished_at)
        )
        took = max(round((ended - began).total_seconds() * 1000), 0)
    return Verdict(
        version=1,
        target=run.target,
        status="fail" if code else "pass",
        exit_code=int(code),
        mode="quick" if any(c.summary == "quick" for c in run.checks) else "full",
        started_at=looked_at(run),
        duration_ms=took,
        commit=run.commit,
        checks=run.checks,
        next_actions=next_actions(run.checks),
    )


def newest(journal: Journal, target: str | None, wanted: Callable[[Run], bool]) -> Run | None:
    """The newest run with a verdict that is wanted. Raises `UnreachableError`."""
    for limit in (SEARCHED, 2 * KEEP):
        for run in journal.runs(limit, target=target):
            if run.checks and wanted(run):
                return run
    return None


def looked_at(run: Run) -> str:
    """When it looked at production: a sync does so at its end."""
    return run.finished_at or run.started_at if run.kind == "sync" else run.started_at


def _plain(moment: str) -> str:
    return moment.replace("Z", "+00:00")
