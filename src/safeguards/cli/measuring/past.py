"""What the journal tells of a production besides its last verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.checks import Verdict, exit_code
from safeguards.cli.past import seen
from safeguards.cli.recalled import looked_at, newest
from safeguards.journal.journal import KEEP
from safeguards.metrics.past import Past, counted, state_of
from safeguards.sync.story import to_go_on_with

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository


def told_of(repository: Repository | None, journal: Journal, verdict: Verdict) -> Past:
    """The past of the verdict's target. Raises `UnreachableError` when it cannot be read."""
    name = verdict.target
    every = journal.syncs(KEEP)
    syncs = [run for run in every if run.target in {"", name}]
    latest = seen(repository, syncs[0]) if syncs else None
    # That one may still come to another end, under its id.
    unsettled = to_go_on_with(syncs)
    settled = [run for run in syncs if unsettled is None or run.id != unsettled.id]
    synced = journal.last_synced(name)
    return Past(
        last_success=_last_success(journal, verdict),
        synced=synced.commit if synced else None,
        state=state_of(latest) if latest else None,
        steps=latest.steps if latest else (),
        # A full journal forgets: what it counts would fall again.
        results=counted(settled) if len(every) < KEEP else None,
    )


def _last_success(journal: Journal, verdict: Verdict) -> str | None:
    if verdict.exit_code == 0:
        return verdict.started_at
    run = newest(journal, verdict.target, lambda run: exit_code(run.checks) == 0)
    return looked_at(run) if run else None
