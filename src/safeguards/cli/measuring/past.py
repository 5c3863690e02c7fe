"""What the journal tells of a production besides its last verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from safeguards.checks import Verdict, exit_code, next_actions
from safeguards.cli.past import seen
from safeguards.journal.journal import KEEP, SEARCHED
from safeguards.metrics.past import Past, counted, state_of
from safeguards.sync.story import to_go_on_with

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.runs import Run
    from safeguards.system.git import Repository


def past_of(repository: Repository | None, journal: Journal, verdict: Verdict) -> Past:
    """The past of the verdict's target. Raises `UnreachableError` when it cannot be read."""
    name = verdict.target
    every = journal.syncs(KEEP)
    syncs = [run for run in every if run.target in {"", name}]
    newest = seen(repository, syncs[0]) if syncs else None
    # That one may still come to another end, under its id.
    unsettled = to_go_on_with(syncs)
    settled = [run for run in syncs if unsettled is None or run.id != unsettled.id]
    synced = journal.last_synced(name)
    return Past(
        last_success=_last_success(journal, verdict),
        synced=synced.commit if synced else None,
        state=state_of(newest) if newest else None,
        steps=newest.steps if newest else (),
        # A full journal forgets: what it counts would fall again.
        results=counted(settled) if len(every) < KEEP else None,
    )


def latest(journal: Journal, target: str) -> Run | None:
    """The newest run that looked at all that it could. Raises `UnreachableError`."""
    return _newest(journal, target, lambda run: run.finished_at is not None)


def verdict_of(run: Run) -> Verdict:
    """What a run saw, as the verdict that it was."""
    code = exit_code(run.checks)
    took = 0
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
        started_at=_at(run),
        duration_ms=took,
        commit=run.commit,
        checks=run.checks,
        next_actions=next_actions(run.checks),
    )


def _last_success(journal: Journal, verdict: Verdict) -> str | None:
    if verdict.exit_code == 0:
        return verdict.started_at
    run = _newest(journal, verdict.target, lambda run: exit_code(run.checks) == 0)
    return _at(run) if run else None


def _newest(journal: Journal, target: str, wanted: Callable[[Run], bool]) -> Run | None:
    for limit in (SEARCHED, 2 * KEEP):
        for run in journal.runs(limit, target=target):
            if run.checks and wanted(run):
                return run
    return None


def _at(run: Run) -> str:
    """When it looked: a sync does so at its end."""
    return run.finished_at or run.started_at if run.kind == "sync" else run.started_at


def _plain(moment: str) -> str:
    return moment.replace("Z", "+00:00")
