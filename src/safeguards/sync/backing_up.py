"""The backup: finished and checked before anything changes, and never restored by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.sync.errors import UnchangedError
from safeguards.sync.unfinished import digest

if TYPE_CHECKING:
    from safeguards.sync.job import Job


def back_up(job: Job) -> None:
    """Write the backup of this run; raises `UnchangedError` when there is none.

    One that was made before the first revision is never replaced by one that was made after it,
    and stays the one that is told.
    """
    keeper = job.seams.keeper
    assert keeper is not None
    work = job.record.work
    after = f"-after-{digest(work.applied)[:8]}" if work.applied else ""
    path = job.seams.folders.backups / f"{job.record.run.id}{after}.dump"
    try:
        keeper.back_up(path, job.record.say)
    except UnreachableError as error:
        raise UnchangedError(f"no backup: {error.message}", hint=error.hint) from error
    restore = keeper.restore_by_hand(path)
    if not (work.applied and work.backup):
        job.record.note(backup=str(path), restore=restore)
    job.record.summarise(f"{path}; to restore it: {restore}")
