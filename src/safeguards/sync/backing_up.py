"""The backup: finished and checked before anything changes, and never restored by us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.sync.errors import UnchangedError

if TYPE_CHECKING:
    from safeguards.sync.job import Job


def back_up(job: Job) -> None:
    """Write the backup of this run; raises `UnchangedError` when there is none."""
    keeper = job.seams.keeper
    assert keeper is not None
    path = job.seams.folders.backups / f"{job.record.run.id}.dump"
    try:
        keeper.back_up(path, job.record.say)
    except UnreachableError as error:
        raise UnchangedError(f"no backup: {error.message}", hint=error.hint) from error
    job.record.note(backup=str(path))
    job.record.summarise(f"{path}; to restore it: {keeper.restore_by_hand(path)}")
