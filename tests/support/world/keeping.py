"""The database of a world: its lock, its schema, its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from safeguards.errors import AbsentError, DeadlineError, UnreachableError
from safeguards.health.database import Results, Writer
from safeguards.planned import BackupMethod
from safeguards.runs import Identity
from safeguards.sync.keeping import ALEMBIC, Blocker, Holder
from tests.support.world.changing import NAME
from tests.support.world.process import Process, finish
from tests.support.world.reality import World


class MemoryLock:
    """The lock of the database; free as soon as its holder is dead."""

    def __init__(self, process: Process, holder: Holder) -> None:
        self.process = process
        self.world: World = process.world
        self.holder = holder

    def take(self) -> Holder | None:
        self.process.alive()
        if self.world.database_lock not in (None, self.process):
            return Holder("somebody", "else")
        self.world.database_lock = self.process
        self.process.did("took the lock", changes=False)
        for session in [each for each in self.world.sessions if each.fate == "late"]:
            finish(self.world, session)
        return None

    def held(self) -> bool:
        self.process.alive()
        return self.world.database_lock is self.process

    def release(self) -> None:
        self.process.alive()
        if self.world.database_lock is self.process:
            self.world.database_lock = None
            self.process.did("released the lock", changes=False)


@contextmanager
def local_lock(process: Process, clone: str) -> Iterator[bool]:
    """The lock of one machine."""
    process.alive()
    if clone in process.world.local_locks:
        yield False
        return
    process.world.local_locks[clone] = process
    try:
        yield True
    finally:
        if process.world.local_locks.get(clone) is process:
            del process.world.local_locks[clone]


class MemoryDatabase:
    """Answers what stages ask."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def ask(self, write: Writer) -> Results:
        self.process.alive()
        if not self.process.world.up:
            raise UnreachableError("the database does not answer")
        return tuple(self._answer(each) for each in write("postgresql"))

    def _answer(self, statement: str) -> tuple[tuple[str | None, ...], ...] | UnreachableError:
        world = self.process.world
        if "current_user" in statement:
            return (("npd",),)
        if "pg_attribute" in statement:
            return (("public", "alembic_version", "1"),)
        if "pg_constraint" in statement:
            return ()
        if "version_num" in statement:
            return tuple((each,) for each in sorted(world.applied))
        table = re.search(r'from "(\w+)"', statement)
        assert table is not None, statement
        if table[1] not in world.rows:
            return AbsentError(f"there is no table {table[1]}")
        return ((str(world.rows[table[1]]),),)

    def by_hand(self, write: Callable[..., str], /) -> str:
        return "psql"


class MemoryKeeper:
    """What a sync needs of the database of a world besides questions."""

    dialect = "postgresql"
    transactional_ddl = True

    def __init__(self, process: Process) -> None:
        self.process = process
        self.world = process.world

    def _ask(self) -> None:
        self.process.alive()
        if not self.world.up:
            raise UnreachableError("the database does not answer")

    def identity(self) -> Identity:
        self._ask()
        return self.world.identity

    def lock(self, holder: Holder) -> MemoryLock:
        return MemoryLock(self.process, holder)

    def catalog(self) -> tuple[str, ...]:
        self._ask()
        return tuple(sorted(self.world.schema))

    def broken(self) -> tuple[str, ...]:
        self._ask()
        wrong = sorted(each for each in self.world.schema if each.endswith("INVALID"))
        return tuple(f"the {each}" for each in wrong)

    def size(self) -> int | None:
        return self.world.size

    def backup_method(self) -> BackupMethod:
        return self.world.backup_method

    def back_up(self, path: Path, tell: Callable[[str], None]) -> None:
        self._ask()
        self.world.backups[str(path)] = frozenset(self.world.schema)
        self.process.did("backed up")

    def restore_by_hand(self, path: Path) -> str:
        return f"pg_restore {path}"

    def blockers(self, application: str) -> tuple[Blocker, ...]:
        return ()

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        self._ask()
        if self.world.stubborn:
            raise DeadlineError("a session does not end")
        found = [each for each in self.world.sessions if each.name.startswith(prefix)]
        for each in found:
            self.world.sessions.remove(each)
            self.process.did(f"ended {each.name}")
        return tuple(each.name for each in found)

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        return {NAME: name}

    def migration_command(
        self, argv: tuple[str, ...], lock_timeout: float, statement_timeout: float, name: str
    ) -> tuple[str, ...]:
        return (*ALEMBIC, *argv)
