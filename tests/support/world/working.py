"""Clones that bring the production of a world to a commit, each with a journal of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from safeguards.checks import STAGES, Check, Item, StageName, Verdict, conclude, exit_code
from safeguards.health.heads import Heads
from safeguards.health.wanted import Api, Endpoint, Record
from safeguards.journal.journal import Journal, Kind, Row
from safeguards.runs import RUNNING, Run, Work
from safeguards.sync.job import Folders, Job, Pins, Seams
from safeguards.sync.keeping import Holder
from safeguards.sync.recording import Recorder
from safeguards.sync.run import Wish, abort, plan_of, roll_back, synchronise
from safeguards.sync.situation import Settings
from safeguards.sync.story import left_undone, to_go_on_with
from safeguards.system.clock import FakeClock
from safeguards.system.http import Answer
from safeguards.system.search import search
from tests.support.world.changing import MemoryChanger, MemoryRuntime
from tests.support.world.keeping import MemoryDatabase, MemoryKeeper, local_lock
from tests.support.world.process import KilledError, Process
from tests.support.world.reality import Commit, World

TARGET = "production"
RECORDS = (Record("contacts", min=1),)
API = Api("http://npd", (Endpoint("/health"),))

Do = Callable[[Job, Wish], Run]


class MemorySource:
    """A commit as git has it."""

    def __init__(self, process: Process, of: Commit) -> None:
        self.commit = of.name
        self._of = of
        self._world = process.world
        self._process = process

    def heads(self) -> Heads | None:
        if not self._of.revisions:
            return None
        graph = self._of.graph
        return Heads(f"commit {self._of.name}", graph.heads, graph, self._of.contents)

    def differing(self, other: str) -> tuple[str, ...] | None:
        found = self._world.commits.get(other)
        return None if found is None else self._of.differing(found)

    def precedes(self, other: str) -> bool:
        found = self._world.commits.get(other)
        return found is not None and self.commit in found.after

    def export(self, folder: Path) -> None:
        self._world.exports.add(str(folder))
        self._process.did("exported", changes=False)

    def modules(self) -> tuple[str, ...]:
        return ("app.models",)


class Told:
    """Keeps all that a sync says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def begin(self, name: str) -> None:
        self.lines.append(f"{name} …")

    def line(self, text: str) -> None:
        self.lines.append(text)

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        self.lines.append(f"{name} {status} {summary}")


class MemoryStore:
    """Documents of one clone."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[Row, bytes]] = {}

    def put(self, kind: Kind, row: Row, document: bytes, *, keep: int) -> None:
        self.kept[kind, row.id] = (row, document)

    def newest(self, kind: Kind, limit: int, *, group: str | None = None) -> tuple[bytes, ...]:
        found = [
            (row.at, row.id, document)
            for (of, _), (row, document) in self.kept.items()
            if of == kind and group in (None, row.group)
        ]
        return tuple(document for _, _, document in sorted(found, reverse=True)[:limit])

    def get(self, kind: Kind, record_id: str) -> bytes | None:
        found = self.kept.get((kind, record_id))
        return found[1] if found else None

    def remove(self, kind: Kind, record_id: str) -> None:
        self.kept.pop((kind, record_id), None)


@dataclass
class Clone:
    """A repository on some machine; what it does is done by a process, which can be killed."""

    world: World
    name: str = "here"
    settings: Settings = field(default_factory=lambda: Settings(lock_wait=2, health_timeout=4))
    store: MemoryStore = field(default_factory=MemoryStore)
    runs: int = 0
    free: int = 10**9
    records: tuple[Record, ...] = RECORDS
    clock: FakeClock = field(default_factory=FakeClock)
    told: Told = field(default_factory=Told)

    @property
    def journal(self) -> Journal:
        return Journal(self.store)

    def earlier(self) -> Work:
        run = left_undone(self.journal.syncs(50))
        return run.work or Work() if run else Work()

    def newest(self) -> Run:
        return self.journal.syncs(1)[0]

    def sync(self, commit: str, process: Process | None = None, digest: str = "") -> Run:
        """A plain sync: a run of its own."""
        return self.carry_out(process, self._new(commit), synchronise, digest)

    def rollback(self, commit: str, process: Process | None = None) -> Run:
        return self.carry_out(process, self._new(commit), roll_back)

    def resume(self, process: Process | None = None) -> Run:
        """As `sync --resume`: the same run again; the newest when nothing was cut off."""
        return self._on(process, synchronise)

    def abort(self, process: Process | None = None) -> Run:
        return self._on(process, abort)

    def _on(self, process: Process | None, do: Do) -> Run:
        run = to_go_on_with(self.journal.syncs(50))
        if run is None:
            return self.newest()
        again = msgspec.structs.replace(
            run, trigger="resume", status=RUNNING, finished_at=None, exit_code=None, steps=()
        )
        return self.carry_out(process, again, do)

    def plan(self, commit: str) -> object:
        job = self.job(Process(self.world), self._new(commit), lambda run: None)
        return plan_of(job)

    def attempt(self, commit: str, process: Process) -> Run | None:
        """A sync that may be killed or interrupted: None then."""
        try:
            return self.sync(commit, process)
        except (KilledError, KeyboardInterrupt):
            return None

    def _new(self, commit: str) -> Run:
        self.runs += 1
        name = f"{self.name}-{self.runs:03}"
        at = f"2026-01-01T00:00:{self.runs:02}Z"
        return Run(name, "sync", "manual", TARGET, at, RUNNING, commit)

    def carry_out(self, process: Process | None, run: Run, do: Do, digest: str = "") -> Run:
        process = process or Process(self.world)

        def write(run: Run) -> None:
            process.alive()
            self.journal.write(run)
            process.did(f"journal {run.steps[-1].name if run.steps else ''}", changes=False)

        job = self.job(process, run, write)
        ended = do(job, Wish(Holder("ada"), digest, self.earlier))
        self.journal.write(ended)
        return ended

    def job(self, process: Process, run: Run, write: Callable[[Run], None]) -> Job:
        world = self.world
        source = MemorySource(process, world.commits[run.commit or ""])
        database = MemoryDatabase(process)
        seams = Seams(
            runtime=MemoryRuntime(process),
            changer=MemoryChanger(process),
            keeper=MemoryKeeper(process),
            database=database,
            api=API,
            records=self.records,
            clock=self.clock,
            fetch=partial(_fetch, world),
            search=search,
            folders=self._folders(process),
            pins=Pins(
                partial(self.journal.pinned, TARGET),
                lambda found: self.journal.pin(TARGET, found, "2026-01-01T00:00:00Z"),
            ),
            startup="the script",
            local=partial(local_lock, process, self.name),
            verify=partial(verify, process),
            remember=lambda run: None,
        )
        return Job(
            TARGET, seams, self.settings, source, Recorder(run, write, self.clock, self.told)
        )

    def _folders(self, process: Process) -> Folders:
        def remove(folder: Path) -> None:
            process.alive()
            gone = {each for each in self.world.exports if Path(each).is_relative_to(folder)}
            self.world.exports -= gone
            if gone:
                process.did("removed the export", changes=False)

        return Folders(
            backups=Path(f"/{self.name}/backups"),
            exports=Path(f"/{self.name}/exports"),
            make=lambda folder: None,
            remove=remove,
            free=lambda folder: self.free,
        )


def _fetch(world: World, method: str, url: str, **_given: object) -> Answer:
    return Answer(200 if world.well(world.services[0]) else 500, b"", url, 1)


def verify(process: Process, seconds: float, stages: tuple[StageName, ...]) -> Verdict:
    """The four stages, told from what is true."""
    process.alive()
    world = process.world
    if not world.up:
        unknown = tuple(
            conclude(name, (Item(name, "unknown", message="does not answer"),), 1, "")
            for name in STAGES
        )
        return Verdict(1, TARGET, "fail", 99, "full", "", 0, None, unknown, ())
    checks = tuple(_check(world, name, name in stages) for name in STAGES)
    code = exit_code(checks)
    status = "fail" if code else "pass"
    return Verdict(1, TARGET, status, code, "full", "", 0, None, checks, ())


def _check(world: World, name: StageName, asked: bool) -> Check:
    if not asked:
        return Check(STAGES.index(name) + 1, name, "skipped", 0, "not asked")
    items = {
        "containers": _containers,
        "migrations": _migrations,
        "api": _api,
        "records": _records,
    }[name](world)
    return conclude(name, items, 1, "")


def _item(subject: str, ok: bool, message: str) -> Item:
    return Item(subject, "ok" if ok else "fail", message="" if ok else message)


def _containers(world: World) -> tuple[Item, ...]:
    found = []
    for name in world.services:
        each = world.containers.get(name)
        runs = each is not None and each.state == "running" and world.images[each.image].of.starts
        found.append(_item(name, runs, "is not running"))
    return tuple(found)


def _migrations(world: World) -> tuple[Item, ...]:
    container = world.containers.get(world.services[0])
    if not world.up or container is None:
        return (Item("database", "unknown", message="does not answer"),)
    heads = set(world.images[container.image].of.heads)
    return (_item("database", world.applied == heads, f"is at {sorted(world.applied)}"),)


def _api(world: World) -> tuple[Item, ...]:
    return tuple(
        _item(f"/{name}", world.well(name), "the server failed") for name in world.services
    )


def _records(world: World) -> tuple[Item, ...]:
    return tuple(
        _item(each.name, world.rows.get(each.name, 0) >= (each.min or 0), "the table is empty")
        for each in RECORDS
    )
