"""Before anything is touched: what killed runs left is removed, and the facts fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.sync.errors import UnchangedError
from safeguards.sync.keeping import APPLICATION
from safeguards.sync.planning import SHORT, needs_backup
from safeguards.sync.unfinished import settle_migrating

if TYPE_CHECKING:
    from safeguards.sync.job import Job
    from safeguards.sync.keeping import Keeper

SPARE = 1.5
"""How many times the database's size has to be free for its backup."""


def sweep(job: Job) -> None:
    """Remove what earlier runs left beside production, and end their sessions in the database.

    Only for the holder of the locks: whoever made those is dead then.
    """
    seams = job.seams
    for name in seams.changer.sweep() if seams.changer else ():
        job.record.say(f"removed {name}, which an earlier run left")
    for name in seams.keeper.end_sessions(APPLICATION) if seams.keeper else ():
        job.record.say(f"ended the session {name}, which an earlier run left")
    seams.folders.remove(seams.folders.exports)


def check(job: Job) -> None:
    """Raise `UnchangedError`, or `HalfwayError` for what an earlier run left, unless all is as it
    must be. The first database for which all is, is the target's from then on."""
    _not_older(job)
    keeper = job.seams.keeper
    if keeper is None:
        return
    _right_database(job)
    _known_revision(job)
    settle_migrating(job, keeper)
    for each in keeper.broken():
        job.record.say(f"already there, and not of this run: {each}")
    _backup_possible(job, keeper)
    _pin(job)


def _not_older(job: Job) -> None:
    """A version that is newer than the commit may not get on with the commit's revisions."""
    newer = job.situation.newer
    for each in job.situation.services:
        if job.plan.revisions and each.tagged is not None and each.tagged.commit in newer:
            raise UnchangedError(
                f"{each.service} is at {each.tagged.commit[:SHORT]}, which comes after this commit,"
                " and the database lacks revisions of this one",
                hint=f"bring production to that one: safeguards sync {each.tagged.commit[:SHORT]}",
            )


def _pin(job: Job) -> None:
    found = job.situation.identity
    if found is not None and job.seams.pins.known() is None:
        job.seams.pins.remember(found)
        job.record.say(f"from now on {job.target} is the database {found.text}")


def _right_database(job: Job) -> None:
    found = job.situation.identity
    assert found is not None
    known = job.seams.pins.known()
    if known is not None and known != found:
        raise UnchangedError(
            f"this is another database than before: {found.text}; it was {known.text}",
            hint="is database.url right? if production has moved: safeguards sync --new-database",
        )


def _known_revision(job: Job) -> None:
    foreign = ", ".join(sorted(job.situation.foreign))
    if foreign and not job.plan.noop:
        raise UnchangedError(
            f"the database is at {foreign}, which the commit does not have",
            hint="was it migrated from another branch? git pull, merge what has that revision",
        )
    heads = job.situation.heads
    if heads is not None and heads.graph is None:
        raise UnchangedError(
            f"the migrations of {heads.place} cannot be read as text",
            hint="safeguards migrations check says why",
        )


def _backup_possible(job: Job, keeper: Keeper) -> None:
    if not needs_backup(job.plan, job.settings):
        return
    if job.plan.backup.method == "none":
        raise UnchangedError(
            f"{job.plan.backup.why}, and there is no way to back the database up from here",
            hint='install its client programs, or set sync.backup = "none" to do without',
        )
    folders = job.seams.folders
    folders.make(folders.backups)
    size = keeper.size()
    free = folders.free(folders.backups)
    if size is not None and free < size * SPARE:
        raise UnchangedError(
            f"{folders.backups} has {free // 2**20} MiB free, and the database has"
            f" {size // 2**20} MiB",
            hint="make room for its backup",
        )
