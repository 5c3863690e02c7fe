"""Apply the revisions, one at a time, so that the journal always knows where the database is."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.sync.errors import HalfwayError, UnchangedError
from safeguards.sync.situation import applied_revisions
from safeguards.sync.unfinished import MEND, difference, digest, half_applied

if TYPE_CHECKING:
    from safeguards.planned import PlannedRevision
    from safeguards.runtimes.change import Place
    from safeguards.sync.job import Job
    from safeguards.sync.keeping import Keeper
    from safeguards.system.process import Completed

TRIES = 5
"""How often a revision is tried that waited too long for a lock."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds before the second try and before a later one, give or take a half."""
BESIDE = 60.0
"""Seconds that a revision may take besides its statements: Alembic and the application start."""
BLOCKERS = 1.0
"""Seconds between two looks at who is in the way."""
TAIL = 12
"""Lines of what a failed revision printed that are shown."""

LOCKED = (
    "LockNotAvailable",
    "lock timeout",
    "DeadlockDetected",
    "deadlock detected",
    "SerializationFailure",
    "could not serialize access",
    "Lock wait timeout exceeded",
    "Deadlock found when trying to get lock",
    "database is locked",
)
"""What the drivers say when somebody else is in the way, and only then."""

THERE = ("already exists", "Duplicate column name", "Duplicate key name")
"""What the drivers say when something that is to be made is there."""

_ERROR = re.compile(r"[\w.]+(Error|Exception|Interrupt|Exit)\b.*:|FAILED: ")
"""How the last line of a traceback begins, and what Alembic itself says; links may follow it."""


class MigrationFailedError(UnchangedError):
    """A revision failed and left nothing; those before it, if any, are applied."""


def migrate(job: Job, place: Place) -> None:
    """Apply every revision of the plan.

    Raises `MigrationFailedError`, or `HalfwayError` when one that is no transaction left a part.
    """
    keeper = job.seams.keeper
    assert keeper is not None
    for revision in job.plan.revisions:
        job.guard()
        before = () if revision.transactional else keeper.catalog()
        catalog = "" if revision.transactional else digest(before)
        job.record.note(migrating=revision.id, catalog=catalog)
        try:
            _apply(job, keeper, place, revision, before)
        except MigrationFailedError:
            job.record.note(migrating="", catalog="")
            raise
        applied = tuple(dict.fromkeys((*job.record.work.applied, revision.id)))
        job.record.note(migrating="", catalog="", applied=applied)
    job.record.summarise(" ".join(job.record.work.applied))


def _apply(
    job: Job, keeper: Keeper, place: Place, revision: PlannedRevision, before: tuple[str, ...]
) -> None:
    pause = FIRST_PAUSE
    for attempt in range(1, TRIES + 1):
        job.record.say(f"{revision.id} {revision.message}".rstrip())
        failure, done = _run(job, keeper, place, revision.id)
        if _is_applied(job, revision.id):
            return
        _nothing_left(job, keeper, revision, before, failure, done)
        if attempt == TRIES or done is None or not _was_locked(done):
            raise MigrationFailedError(
                f"revision {revision.id} failed: {failure}",
                hint=_hint(done),
                context=(("it printed", _tail(done)),) if done is not None else (),
            )
        seconds = min(pause, LONGEST_PAUSE) * (0.5 + random.random())  # noqa: S311  no secret
        job.record.say(f"a lock was not to be had; trying again in {seconds:.1f} s")
        job.seams.clock.sleep(seconds)
        pause *= 2


def _run(job: Job, keeper: Keeper, place: Place, name: str) -> tuple[str, Completed | None]:
    """Why it failed, and what it printed if it came to its end; both are empty when it worked."""
    settings = job.settings
    limits = keeper.migration_environment(
        settings.lock_timeout, settings.statement_timeout, job.application
    )
    environ = {**limits, "SAFEGUARDS_RUN": job.record.run.id}
    wanted = ("-c", settings.alembic_ini, "upgrade", name)
    argv = keeper.migration_command(
        wanted, settings.lock_timeout, settings.statement_timeout, job.application
    )
    timeout = settings.statement_timeout + BESIDE
    try:
        with _blockers_shown(job, keeper):
            done = place.run(
                argv, timeout=timeout, env=environ, workdir=settings.alembic_workdir,
                tell=job.record.say,
            )  # fmt: skip
    except DeadlineError:
        _end(job, keeper, name)
        return f"it did not end within {timeout:g} s", None
    except UnreachableError as error:
        _end(job, keeper, name)
        return error.message, None
    except BaseException:  # an interrupt above all: nobody is left to see what it does
        with suppress(UnreachableError):
            keeper.end_sessions(job.application)
        raise
    if done.returncode == 0:
        return "it ended well, and the database does not have it", done
    return _reason(done), done


def _end(job: Job, keeper: Keeper, name: str) -> None:
    """A client that is gone leaves its statement running in the server.

    Raises `HalfwayError` when that cannot be ended: it may still be applied.
    """
    try:
        keeper.end_sessions(job.application)
    except UnreachableError as error:
        raise HalfwayError(
            f"whether revision {name} will yet be applied cannot be told: {error.message}",
            hint="when the database answers again: safeguards sync --resume",
        ) from error


def _is_applied(job: Job, name: str) -> bool:
    database = job.seams.database
    graph = job.situation.graph
    assert database is not None
    assert graph is not None
    try:
        return name in graph.ancestors(applied_revisions(database, job.seams.version_table))
    except UnreachableError as error:
        raise HalfwayError(
            f"whether revision {name} was applied cannot be seen: {error.message}",
            hint="when the database answers again: safeguards sync --resume",
        ) from error


def _nothing_left(
    job: Job,
    keeper: Keeper,
    revision: PlannedRevision,
    before: tuple[str, ...],
    failure: str,
    done: Completed | None,
) -> None:
    """Raise `HalfwayError` when a revision that is no transaction left something, now or before:
    the run that did may have been another clone's, whose journal is not here.
    """
    if revision.transactional:
        return
    try:
        after = keeper.catalog()
        broken = keeper.broken()
    except UnreachableError as error:
        raise HalfwayError(
            f"what revision {revision.id} left cannot be seen: {error.message}",
            hint="when the database answers again: safeguards sync --resume",
        ) from error
    if after != before:
        raise HalfwayError(
            f"{half_applied(revision.id, broken, job.target)} ({failure})",
            hint=MEND,
            context=(("what differs", difference(before, after)),),
        )
    if done is not None and _says(done, THERE):
        left = f"; {'; '.join(broken)}" if broken else ""
        raise HalfwayError(
            f"revision {revision.id} failed ({failure}); it is no transaction, and may be half"
            f" applied by a run that was cut off: what it makes is there already{left}",
            hint=MEND,
        )
    if revision.writes_data:
        raise HalfwayError(
            f"revision {revision.id} failed ({failure}); it is no transaction, changed no table,"
            " and may have changed rows",
            hint=MEND,
        )


def _was_locked(done: Completed) -> bool:
    return _says(done, LOCKED)


def _says(done: Completed, words: tuple[str, ...]) -> bool:
    said = done.text + done.error_text
    return any(word in said for word in words)


def _reason(done: Completed) -> str:
    """The line of what it printed that says what went wrong."""
    lines = _tail(done).splitlines()
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines or [f"exit code {done.returncode}"])[-1]


def _hint(done: Completed | None) -> str:
    if done is not None and _was_locked(done):
        return "end what holds the lock, or choose a quieter moment; then sync again"
    return "correct the revision, commit and push again"


def _tail(done: Completed | None) -> str:
    if done is None:
        return ""
    lines = [line for line in (done.text + done.error_text).splitlines() if line.strip()]
    return "\n".join(lines[-TAIL:])


@contextmanager
def _blockers_shown(job: Job, keeper: Keeper) -> Iterator[None]:
    """Tell, while a revision runs, whom it waits for."""
    ended = threading.Event()
    told: set[tuple[int, str]] = set()

    def watch() -> None:
        while not ended.wait(BLOCKERS):
            with suppress(UnreachableError):
                for each in keeper.blockers(job.application):
                    if (each.pid, each.query) not in told and not ended.is_set():
                        told.add((each.pid, each.query))
                        job.record.say(
                            f"it waits for {each.who} (session {each.pid}, {each.state}):"
                            f" {each.query}"
                        )

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(BLOCKERS)
