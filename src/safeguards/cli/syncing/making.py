"""Makes the real seams of a sync: of a target's production, and of this machine."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli.following.pushes import spool_of
from safeguards.cli.health import Asking, ask_stages
from safeguards.cli.journal import now, open_journal, past_of
from safeguards.cli.live import Changes
from safeguards.cli.production import open_production
from safeguards.cli.syncing.reaching import changer_of, keeper_of
from safeguards.cli.syncing.source import CommitSource, committed
from safeguards.health.build import build
from safeguards.sync.job import Folders, Job, Pins, Seams
from safeguards.sync.situation import Settings
from safeguards.sync.startup import SCRIPT
from safeguards.system import environment, notes, places
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import StageName, Verdict
    from safeguards.cli.production import Production
    from safeguards.cli.syncing.ordered import Ordered
    from safeguards.config.targets import Target
    from safeguards.journal.journal import Journal
    from safeguards.runs import Run
    from safeguards.sync.recording import Recorder
    from safeguards.system.git import Repository


def make_job(ordered: Ordered, record: Recorder) -> tuple[Job, Callable[[], None]]:
    """The job, and what ends its connections. Nothing is asked yet.

    Raises `ConfigError` as the configuration does.
    """
    repository, target = ordered.repository, ordered.own
    journal = open_journal(repository, Path(ordered.found.folder))
    production = _production(ordered, journal)
    spool = spool_of(repository)
    local = _LocalLock(partial(spool.handle_of_lock, f"sync.{ordered.target}"))
    reach = changer_of(ordered, production, lambda: local.handles)
    keeper = keeper_of(ordered, production)
    state = repository.common_dir / "safeguards"
    source = CommitSource(
        repository, ordered.commit, ordered.found, target, production.wanted.alembic
    )
    seams = Seams(
        runtime=production.seams.runtime,
        changer=reach.changer,
        keeper=keeper,
        database=production.seams.database if keeper is not None else None,
        api=production.wanted.api,
        records=production.wanted.records,
        version_table=production.wanted.alembic.table,
        clock=SystemClock(),
        fetch=production.seams.fetch,
        search=production.seams.search,
        folders=Folders(
            backups=state / "backups" / ordered.target,
            exports=state / "exports" / ordered.target,
            make=places.make,
            remove=places.remove,
            free=places.free,
        ),
        pins=Pins(
            partial(journal.pinned, ordered.target),
            lambda database: journal.pin(ordered.target, database, now()),
        ),
        startup=startup_text(),
        local=local.take,
        verify=partial(_verify, ordered, journal, record),
        remember=partial(_remember, repository),
    )
    settings = _settings(target, production, reach.by_hand)

    def close() -> None:
        production.close()
        reach.close()

    return Job(ordered.target, seams, settings, source, record), close


def startup_text() -> str:
    """The script that is run in a new version."""
    return (environment.read_file(SCRIPT) or b"").decode()


class _LocalLock:
    """This machine's lock of a target; what is started under it may hold it on."""

    def __init__(self, lock: Callable[[], AbstractContextManager[tuple[bool, int]]]) -> None:
        self._lock = lock
        self.handles: tuple[int, ...] = ()

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Try for it; whether it is ours until the end."""
        with self._lock() as (ours, handle):
            self.handles = (handle,) if ours else ()
            try:
                yield ours
            finally:
                self.handles = ()


def _production(ordered: Ordered, journal: Journal) -> Production:
    """The production, compared with the commit, whatever is checked out."""
    production = open_production(ordered.found, ordered.target, *past_of(journal))
    files = committed(ordered.repository, ordered.commit, ordered.found)
    seams = msgspec.structs.replace(production.seams, committed=files)
    return msgspec.structs.replace(production, seams=seams)


def _verify(
    ordered: Ordered,
    journal: Journal,
    record: Recorder,
    seconds: float,
    stages: tuple[StageName, ...],
) -> Verdict:
    """Ask production anew, with connections of its own: those of before may be dead.

    What was replaced was watched until it stayed up: it is young, and nobody has to wait for it.
    """
    production = _production(ordered, journal)
    seams = production.seams
    if record.work.replaced:
        seams = msgspec.structs.replace(seams, patience=0.0)
    wanted = build(production.wanted, seams, quick=False)
    asked = {name: stage if name in stages else "not asked" for name, stage in wanted.items()}
    asking = Asking("full", seconds, ordered.commit)
    return ask_stages(production, asked, asking, parts=Changes(record.say, expected="ok"))


def _remember(repository: Repository, run: Run) -> None:
    """A note at the commit, in this clone only."""
    text = f"safeguards: {run.target} synchronised at {run.finished_at} by run {run.id}"
    notes.add(repository, run.commit or "", text)


def _settings(target: Target, production: Production, by_hand: str) -> Settings:
    own, wanted = target.sync, production.wanted.alembic
    ini = wanted.ini or next(iter(production.seams.files.find("alembic.ini")), "alembic.ini")
    inside = target.runtime != "command"
    return Settings(
        lock_wait=own.lock_wait,
        lock_timeout=own.lock_timeout,
        statement_timeout=own.statement_timeout,
        health_timeout=own.health_timeout,
        backup=own.backup,
        allow_downgrade=own.allow_downgrade,
        trial=own.trial,
        kept=tuple(name for name in target.containers if name not in target.build),
        by_hand=by_hand,
        alembic_service=wanted.container or "",
        alembic_workdir=(wanted.workdir or "") if inside else posixpath.dirname(ini),
        alembic_ini=posixpath.basename(ini),
    )
