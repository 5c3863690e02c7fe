"""The facts that a plan follows from; a plan that is made again after a crash needs no others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from safeguards.errors import UnreachableError
from safeguards.health.stages import migrations
from safeguards.migrations.graph import Graph
from safeguards.planned import BackupMethod
from safeguards.runtimes.change import Deployed

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.health.heads import Heads
    from safeguards.migrations.version_table import VersionTable
    from safeguards.runs import Identity
    from safeguards.runtimes.change import Changer
    from safeguards.sync.keeping import Keeper


class Settings(msgspec.Struct, frozen=True):
    """What the configuration says about a sync; times are seconds."""

    lock_wait: float = 60.0
    lock_timeout: float = 3.0
    statement_timeout: float = 900.0
    health_timeout: float = 60.0
    backup: Literal["none", "auto", "always"] = "auto"
    allow_downgrade: bool = False
    trial: bool = True
    kept: tuple[str, ...] = ()
    """Configured services that are not built: they are never touched."""
    by_hand: str = ""
    """Why the built services cannot be replaced from here; "" when they can."""
    alembic_service: str = ""
    alembic_workdir: str = ""
    alembic_ini: str = "alembic.ini"


class Source(Protocol):
    """The commit that production is to come to, and what git knows around it."""

    commit: str

    def heads(self) -> Heads | None:
        """The migrations of the commit; None when it has none."""

    def differing(self, other: str) -> tuple[str, ...] | None:
        """The files that count and are not alike in another commit; None when that is not here."""

    def precedes(self, other: str) -> bool:
        """Whether the other commit is known to come after this one."""

    def export(self, folder: Path) -> None:
        """Write the files of the commit into a new folder."""

    def modules(self) -> tuple[str, ...]:
        """The import names of the modules that hold models."""


class Situation(msgspec.Struct, frozen=True):
    """How production and the commit stand to each other, before anything is decided.

    `differing` holds for each commit that production's versions are labelled with the files that
    count, or None when that commit is not here; `newer` are those that come after ours.
    """

    target: str
    commit: str
    identity: Identity | None
    dialect: str
    backup_method: BackupMethod
    applied: frozenset[str] | None
    heads: Heads | None
    services: tuple[Deployed, ...]
    differing: Mapping[str, tuple[str, ...] | None]
    newer: frozenset[str] = frozenset()

    @property
    def graph(self) -> Graph | None:
        """The history of the commit."""
        return self.heads.graph if self.heads is not None else None

    @property
    def pending(self) -> tuple[str, ...]:
        """The revisions that the database lacks, in the order in which they are applied.

        None where it has one that the commit does not know: nothing tells what that one follows.
        """
        if self.applied is None or self.graph is None or self.foreign:
            return ()
        return self.graph.missing(self.applied)

    @property
    def foreign(self) -> frozenset[str]:
        """What the database has and the commit does not know."""
        if self.applied is None:
            return frozenset()
        return self.applied - frozenset(self.graph.revisions if self.graph else ())


def look(
    target: str,
    source: Source,
    changer: Changer | None,
    keeper: Keeper | None,
    database: Database | None,
    table: VersionTable | None = None,
) -> Situation:
    """Ask for everything; `table` is the version table that the configuration names.

    Raises `UnreachableError` when something does not answer.
    """
    services = tuple(changer.deployed(name) for name in changer.services()) if changer else ()
    commits = {
        version.commit
        for each in services
        for version in (each.tagged, *each.running)
        if version is not None and version.commit
    }
    return Situation(
        target=target,
        commit=source.commit,
        identity=keeper.identity() if keeper else None,
        dialect=keeper.dialect if keeper else "",
        backup_method=keeper.backup_method() if keeper else "none",
        applied=applied_revisions(database, table) if database else None,
        heads=source.heads() if database else None,
        services=services,
        differing={
            each: () if each == source.commit else source.differing(each) for each in commits
        },
        newer=frozenset(each for each in commits if source.precedes(each)),
    )


def applied_revisions(database: Database, table: VersionTable | None) -> frozenset[str]:
    """The revisions that the database is at; empty when it was never migrated."""
    found = migrations.ask_applied(database, table)
    if isinstance(found, UnreachableError):
        raise found
    return found
