"""Before anything is touched: what killed runs left is removed, and the facts fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.sync.errors import HalfwayError, UnchangedError
from safeguards.sync.keeping import APPLICATION
from safeguards.sync.planning import needs_backup

if TYPE_CHECKING:
    from safeguards.runs import Work
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


def check(job: Job, earlier: Work) -> None:
    """Raise `UnchangedError`, or `HalfwayError` for what `earlier` left, unless all is as it must
    be."""
    keeper = job.seams.keeper
    if keeper is None:
        return
    _right_database(job)
    _known_revision(job)
    _nothing_half_applied(job, keeper, earlier)
    for each in keeper.broken():
        job.record.say(f"already there, and not of this run: {each}")
    _backup_possible(job, keeper)


def _right_database(job: Job) -> None:
    found = job.situation.identity
    assert found is not None
    known = job.seams.pins.known()
    if known is None:
        job.seams.pins.remember(found)
        job.record.say(f"from now on {job.target} is the database {found.text}")
    elif known != found:
        raise UnchangedError(
            f"this is another database than before: {found.text}; it was {known.text}",
            hint="is database.url right? if production has moved: safeguards sync --new-database",
        )


def _known_revision(job: Job) -> None:
    foreign = ", ".join(sorted(job.situation.foreign))
    if foreign:
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


def _nothing_half_applied(job: Job, keeper: Keeper, earlier: Work) -> None:
    """A revision that is no transaction may have been cut off in its middle."""
    name = earlier.migrating
    if not name:
        return
    if name not in job.situation.pending:  # it came to its end, and nobody was left to note it
        job.record.note(migrating="", applied=(*job.record.work.applied, name))
        return
    planned = next(each for each in job.plan.revisions if each.id == name)
    if planned.transactional:
        job.record.note(migrating="")
        return
    after = keeper.catalog()
    if digest(after) != earlier.catalog:
        raise HalfwayError(half_applied(name, keeper.broken(), job.record.run.target), hint=MEND)
    if planned.writes_data:
        raise HalfwayError(
            f"revision {name} was cut off; it changed no table, and may have changed rows",
            hint=MEND,
        )
    job.record.note(migrating="")


MEND = (
    "undo by hand what it did, or finish it and run: alembic stamp REVISION;"
    " then: safeguards sync --abort, and sync again"
)


def half_applied(name: str, broken: tuple[str, ...], target: str) -> str:
    """What is said of a revision that is no transaction and did not come to its end."""
    left = f"; {'; '.join(broken)}" if broken else ""
    return (
        f"revision {name} is half applied to {target}: it is no transaction, and the schema is"
        f" not what it was before it{left}"
    )


def digest(catalog: tuple[str, ...]) -> str:
    """A catalog in a few letters; equal ones are the same schema."""
    import hashlib

    return hashlib.sha256("\n".join(catalog).encode("utf-8", "surrogateescape")).hexdigest()


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
