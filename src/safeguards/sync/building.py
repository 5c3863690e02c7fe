"""Build the commit's versions, and see that they can start, before production is touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.sync import startup
from safeguards.sync.errors import BuildFailedError, UnchangedError

if TYPE_CHECKING:
    from safeguards.runtimes.change import Changer, Place, Version
    from safeguards.sync.job import Job
    from safeguards.sync.startup import Startup

STARTING = 60.0
"""Seconds that the models may take to be imported and configured."""

BESIDE = 3600.0
"""Seconds after which a workbench ends by itself, besides what the revisions may take."""


def build(job: Job) -> dict[str, Version]:
    """A version of each service that is to be built; one that an earlier run built is taken.

    Where no service can be replaced from here, one is built all the same to migrate from. Raises
    `BuildFailedError`.
    """
    changer = job.seams.changer
    assert changer is not None
    wanted = [each.name for each in job.plan.services if each.action == "build+replace"]
    if job.plan.revisions and not wanted and job.settings.by_hand:
        wanted = [*changer.services()][:1]
    found = {name: changer.find(name, job.source.commit) for name in wanted}
    versions = {name: version for name, version in found.items() if version is not None}
    missing = [name for name in wanted if name not in versions]
    if missing:
        with _exported(job) as folder:
            for name in missing:
                versions[name] = _one(job, changer, name, folder)
    told = [f"{name} {'was built before' if name not in missing else 'built'}" for name in wanted]
    job.record.summarise(", ".join(told))
    return versions


def _one(job: Job, changer: Changer, name: str, folder: Path) -> Version:
    try:
        return changer.build(name, folder, job.stamp(name), job.record.say)
    except RefusedError as error:
        raise BuildFailedError(
            f"{name} cannot be built: {error.message}", hint=error.hint, context=error.context
        ) from error


@contextmanager
def _exported(job: Job) -> Iterator[Path]:
    folders = job.seams.folders
    folder = folders.exports / job.record.run.id
    folders.remove(folder)
    folders.make(folders.exports)
    try:
        job.source.export(folder)
        yield folder
    finally:
        folders.remove(folder)


@contextmanager
def workbench(job: Job, versions: dict[str, Version]) -> Iterator[Place | None]:
    """A place in which the commit's migrations can be run; None where nothing is built from it."""
    name = _migrating_service(job, versions)
    if name is None:
        yield None
        return
    changer = job.seams.changer
    assert changer is not None
    version = versions.get(name) or job.deployed()[name].tagged
    assert version is not None
    seconds = BESIDE + job.settings.statement_timeout * max(len(job.plan.revisions), 1)
    place = changer.workbench(name, version, job.stamp(), seconds=seconds)
    try:
        yield place
    finally:
        place.close()


def _migrating_service(job: Job, versions: dict[str, Version]) -> str | None:
    """The service that has the migrations; its new version, or the one that is there."""
    wanted = job.settings.alembic_service
    services = [each.service for each in job.situation.services]
    current = [each.service for each in job.situation.services if each.tagged is not None]
    for name in (wanted, *versions, *current):
        if name in services and (name in versions or name in current):
            return name
    return None


def start_up(job: Job, place: Place) -> None:
    """Configure the mappers where the image has the application's models.

    Raises `BuildFailedError` when the application cannot be loaded, or when the image holds other
    migrations than the commit; `UnchangedError` when it would migrate another database.
    """
    settings = job.settings
    argv = startup.argument(job.seams.startup, job.source.modules(), settings.alembic_ini)
    try:
        done = place.run(argv, timeout=STARTING, workdir=settings.alembic_workdir)
    except DeadlineError as error:
        raise BuildFailedError(
            f"the new version's models were not loaded within {STARTING:g} s",
            hint="does it wait for something when it is imported?",
        ) from error
    except UnreachableError as error:
        raise BuildFailedError(
            f"the new version cannot be started: {error.message}", hint=error.hint
        ) from error
    _judge(job, startup.read(done))


def _judge(job: Job, found: Startup) -> None:
    failed = found.failed
    if failed is not None and failed.stage != "database":
        raise BuildFailedError(
            f"the new version does not start: {failed.type}: {failed.message}",
            hint="safeguards scan finds the relationship" if failed.stage == "mappers" else "",
            context=(("where", failed.trace_tail),) if failed.trace_tail else (),
        )
    heads = job.situation.heads
    if heads is not None and found.heads is not None and frozenset(found.heads) != heads.ids:
        raise BuildFailedError(
            f"the new version holds the migrations up to {_names(found.heads)}, the commit those"
            f" up to {_names(tuple(heads.ids))}",
            hint="does the Dockerfile copy the folder of the migrations?",
        )
    if job.plan.revisions and (found.heads is None or failed is not None):
        why = failed.message if failed is not None else "it has no Alembic"
        raise BuildFailedError(f"the new version cannot migrate: {why}")
    applied = job.situation.applied
    if found.current is not None and applied is not None and frozenset(found.current) != applied:
        raise UnchangedError(
            f"the new version sees a database at {_names(found.current)}, and"
            f" {job.target}'s is at {_names(tuple(applied))}",
            hint="do the application's settings and database.url name the same database?",
        )
    what = "1 mapper" if found.mappers == 1 else f"{found.mappers} mappers"
    job.record.summarise(f"{what} configured in the new version")


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(sorted(ids)) or "none"
