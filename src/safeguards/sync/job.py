"""What the steps of a sync share: what they reach production through, and what they know of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.runtimes.change import Stamp
from safeguards.sync.keeping import APPLICATION
from safeguards.sync.situation import Situation, look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safeguards.checks import StageName, Verdict
    from safeguards.health.answers import Search
    from safeguards.health.database import Database
    from safeguards.health.stages.api import Fetch
    from safeguards.health.wanted import Api, Record
    from safeguards.migrations.version_table import VersionTable
    from safeguards.planned import Plan
    from safeguards.runs import Identity, Run
    from safeguards.runtimes.change import Changer, Deployed
    from safeguards.runtimes.observe import Runtime
    from safeguards.sync.keeping import Keeper
    from safeguards.sync.recording import Recorder
    from safeguards.sync.situation import Settings, Source
    from safeguards.system.clock import Clock


class Folders(msgspec.Struct, frozen=True):
    """Where a sync keeps what it makes on this machine. `free` is the bytes left at a path."""

    backups: Path
    exports: Path
    make: Callable[[Path], None]
    remove: Callable[[Path], None]
    free: Callable[[Path], int]


class Pins(msgspec.Struct, frozen=True):
    """Which database a target was first seen with."""

    known: Callable[[], Identity | None]
    remember: Callable[[Identity], None]


class Seams(msgspec.Struct, frozen=True):
    """How a sync reaches production and this machine.

    `local` tries for this machine's lock of the target. `verify` asks production, repeatedly for
    the given seconds, and with the given stages only. `version_table` is the one that the
    configuration names. `startup` is the text of the script that is
    run in a new version. `remember` leaves word of what was deployed beside the commit.
    """

    runtime: Runtime
    changer: Changer | None
    keeper: Keeper | None
    database: Database | None
    api: Api | None
    records: tuple[Record, ...]
    clock: Clock
    fetch: Fetch
    search: Search
    folders: Folders
    pins: Pins
    startup: str
    local: Callable[[], AbstractContextManager[bool]]
    verify: Callable[[float, tuple[StageName, ...]], Verdict]
    remember: Callable[[Run], None]
    version_table: VersionTable | None = None


class Job:
    """One sync as it goes on.

    `guard` raises when the locks are ours no longer. `answering` are the services whose new version
    answered in its trial what the API has to.
    """

    def __init__(
        self, target: str, seams: Seams, settings: Settings, source: Source, record: Recorder
    ) -> None:
        self.target = target
        self.seams = seams
        self.settings = settings
        self.source = source
        self.record = record
        self.answering: set[str] = set()
        self.guard: Callable[[], None] = lambda: None
        self._situation: Situation | None = None
        self._plan: Plan | None = None

    @property
    def situation(self) -> Situation:
        """The facts that the plan follows from."""
        assert self._situation is not None
        return self._situation

    @property
    def plan(self) -> Plan:
        """What is to be done."""
        assert self._plan is not None
        return self._plan

    def look(self) -> Situation:
        """Ask for the facts anew."""
        seams = self.seams
        return look(
            self.target,
            self.source,
            seams.changer,
            seams.keeper,
            seams.database,
            seams.version_table,
        )

    def settle(self, situation: Situation, plan: Plan) -> None:
        """From now on these are the facts and the plan."""
        self._situation, self._plan = situation, plan

    def deployed(self) -> Mapping[str, Deployed]:
        """What production had of each service when the plan was made."""
        return {each.service: each for each in self.situation.services}

    def stamp(self, service: str = "") -> Stamp:
        """The labels of what this run makes."""
        heads = self.situation.heads
        tagged = self.deployed()[service].tagged if service else None
        return Stamp(
            target=self.target,
            run=self.record.run.id,
            commit=self.source.commit,
            heads=tuple(sorted(heads.ids)) if heads is not None else (),
            previous=tagged.id if tagged is not None else "",
        )

    @property
    def application(self) -> str:
        """What the sessions of this run's migrations are called."""
        return f"{APPLICATION} {self.record.run.id}"
