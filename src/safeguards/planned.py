"""What a sync would do, as values: `sync/` makes them, `report/` renders them.

Their fields are the document of `sync --plan --format json`, version 1; fields are only added.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ServiceAction = Literal["build+replace", "restart", "keep"]
BackupMethod = Literal["none", "pg_dump", "mysqldump", "sqlite"]


class TableLock(msgspec.Struct, frozen=True):
    """A lock that a revision takes. `table` is "?" for one that the text does not tell; `mode` is
    the database's own word, such as ACCESS EXCLUSIVE.
    """

    table: str
    mode: str


class PlannedRevision(msgspec.Struct, frozen=True):
    """A revision that production lacks.

    `destructive` ones lose data, `additive` ones leave everything that the old code uses, and
    `writes_data` ones change rows. What the text does not tell counts as the worse of the two.
    """

    id: str
    message: str
    transactional: bool
    destructive: bool
    locks: tuple[TableLock, ...] = ()
    additive: bool = False
    writes_data: bool = True
    reasons: tuple[str, ...] = ()


class PlannedService(msgspec.Struct, frozen=True):
    """What happens to a service, and why."""

    name: str
    action: ServiceAction
    why: str


class PlannedBackup(msgspec.Struct, frozen=True):
    """How the database is saved before it is changed, and why, or why not."""

    method: BackupMethod
    why: str


class Plan(msgspec.Struct, frozen=True):
    """What a sync would do to a target to bring it to a commit.

    `digest` changes when any fact does that the plan follows from. `deployed` is the commit that
    production has now, None when nothing tells; `effects` says what users would notice.
    """

    version: int
    digest: str
    target: str
    commit: str
    revisions: tuple[PlannedRevision, ...]
    services: tuple[PlannedService, ...]
    steps: tuple[str, ...]
    backup: PlannedBackup
    noop: bool
    deployed: str | None = None
    applied: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[PlannedService, ...]:
        """The services that do not stay as they are."""
        return tuple(each for each in self.services if each.action != "keep")

    @property
    def additive(self) -> bool:
        """Whether the old code goes on working after all revisions."""
        return all(each.additive for each in self.revisions)
