"""Runs a sync: the journal, the locks that others see, what is shown, and the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli.following.pushes import spool_of
from safeguards.cli.journal import new_id, now, open_journal
from safeguards.cli.redact import REDACTOR
from safeguards.cli.syncing.making import make_job
from safeguards.cli.syncing.ordered import Ordered
from safeguards.journal.journal import SEARCHED
from safeguards.runs import RUNNING, Run, Work
from safeguards.sync.errors import LockHeldError
from safeguards.sync.keeping import Holder
from safeguards.sync.recording import Recorder, Show
from safeguards.sync.run import Wish, synchronise
from safeguards.sync.story import is_open, left_undone
from safeguards.system import environment
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.runs import Trigger
    from safeguards.sync.job import Job

Do = Callable[["Job", Wish], Run]
"""What is done with a job: synchronise, abort, roll back."""


def new_run(ordered: Ordered, trigger: Trigger) -> Run:
    """A run that begins now."""
    at = now()
    return Run(
        id=new_id(at),
        kind="sync",
        trigger=trigger,
        target=ordered.target,
        started_at=at,
        status=RUNNING,
        commit=ordered.commit,
    )


def earlier_work(journal: Journal, target: str) -> Work:
    """What the sync of the target that had the locks last left undone."""
    run = left_undone(journal.syncs(SEARCHED, target=target))
    return run.work or Work() if run else Work()


def carry_out(
    ordered: Ordered,
    run: Run,
    write: Callable[[Run], None],
    show: Show,
    *,
    digest: str = "",
    do: Do = synchronise,
) -> Run:
    """Bring production to the commit; the run as it ended, which is the caller's to write.

    One that was cut off before knows what it did until then. Raises `ConfigError` as the
    configuration does, before anything is begun.
    """
    journal = open_journal(ordered.repository, Path(ordered.found.folder))
    known = journal.run(run.id)
    run = msgspec.structs.replace(run, work=known.work if known else run.work)
    clean = partial(_write_clean, write)
    record = Recorder(run, clean, SystemClock(), _Clean(show))
    job, close = make_job(ordered, record)
    try:
        wish = Wish(_holder(ordered.commit), digest, partial(earlier_work, journal, run.target))
        ended = REDACTOR.clean_value(do(job, wish))
        if ended.status == "pass":
            job.seams.remember(ended)
        return ended
    finally:
        close()


def by_hand(
    ordered: Ordered, run: Run, show: Show, *, digest: str = "", do: Do = synchronise
) -> Run:
    """As `carry_out`, for a run that has no record of a push: others see who works on it.

    A run that somebody else brought to its end meanwhile stays as it ended. Raises `LockHeldError`
    while somebody else works on it.
    """
    journal = open_journal(ordered.repository, Path(ordered.found.folder))
    spool = spool_of(ordered.repository)
    with spool.locked(run.id) as ours:
        if not ours:
            raise LockHeldError(
                f"somebody else works on run {run.id}", hint="see: safeguards status"
            )
        known = journal.run(run.id)
        if known is not None and not is_open(known):
            return known
        ended = carry_out(ordered, run, journal.write, show, digest=digest, do=do)
        journal.write(ended)
    return ended


class _Clean:
    """Shows what a sync says without the secrets that it may hold."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def begin(self, name: str) -> None:
        """A step begins."""
        self._show.begin(name)

    def line(self, text: str) -> None:
        """Something about the step that goes on."""
        self._show.line(REDACTOR.clean(text))

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended."""
        self._show.end(name, status, duration_ms, REDACTOR.clean(summary))


def _write_clean(write: Callable[[Run], None], run: Run) -> None:
    write(REDACTOR.clean_value(run))


def _holder(commit: str) -> Holder:
    return Holder(environment.user(), environment.host(), commit[:8], now())
