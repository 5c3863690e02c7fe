"""A SQLite file as a sync's database."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.runs import Identity
from safeguards.sync.databases.asking import ask, lines, one
from safeguards.sync.databases.names import TOKEN, token_name
from safeguards.sync.keeping import ALEMBIC, Blocker, Holder

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.planned import BackupMethod
    from safeguards.system.sqlite_file import FileLock

CATALOG = (
    "select type || ' ' || name || ' ' || coalesce(sql, 'of ' || tbl_name) from sqlite_master"
    " where name not like 'sqlite\\_%' escape '\\'"
)
SIZE = (
    "select count.page_count * size.page_size"
    " from pragma_page_count() as count, pragma_page_size() as size"
)
SOMEBODY = "somebody who does not say"


class SqliteKeeper:
    """Asks `database`, which is the file at the absolute `path`.

    `lock_file` makes the lock beside it; `copy` writes a checked copy of it.
    """

    dialect = "sqlite"
    transactional_ddl = True

    def __init__(
        self,
        database: Database,
        path: Path,
        lock_file: Callable[[Path], FileLock],
        copy: Callable[[Path, Path], None],
    ) -> None:
        self._database = database
        self._path = path
        self._lock_file = lock_file
        self._copy = copy
        self._token = secrets.token_hex(16)

    def identity(self) -> Identity:
        """This machine's file, by its path: its inode changes when a backup is restored."""
        ask(self._database, SIZE)
        return Identity("this machine", str(self._path))

    def lock(self, holder: Holder) -> SqliteLock:
        """flock on a file beside the database; nothing is opened yet."""
        return SqliteLock(self._lock_file(self._path), holder, self._token)

    def catalog(self) -> tuple[str, ...]:
        """What was written to make every table, index, view and trigger."""
        return lines(ask(self._database, CATALOG))

    def broken(self) -> tuple[str, ...]:
        """Nothing: SQLite has no half-made indexes, and checks what it has when asked to."""
        return ()

    def size(self) -> int | None:
        """What its pages take."""
        size = one(self._database, SIZE)
        return None if size is None else int(size)

    def backup_method(self) -> BackupMethod:
        """SQLite's own copy."""
        return "sqlite"

    def back_up(self, path: Path, tell: Callable[[str], None]) -> None:
        """A copy whose integrity SQLite checked, or no file at all."""
        tell(f"copying {self._path.name}")
        self._copy(self._path, path)

    def restore_by_hand(self, path: Path) -> str:
        """SQLite's shell, which takes the copy back under the database's own locks."""
        return shlex.join(["sqlite3", str(self._path), f".restore {shlex.quote(str(path))}"])

    def blockers(self, application: str) -> tuple[Blocker, ...]:
        """Nobody: SQLite does not tell who has a file locked."""
        return ()

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        """Nobody: a session ends with its process."""
        return ()

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        """What lets it pass the lock; SQLite reads no environment."""
        return {TOKEN: self._token}

    def migration_command(
        self, argv: tuple[str, ...], lock_timeout: float, statement_timeout: float, name: str
    ) -> tuple[str, ...]:
        """Alembic as it is."""
        return (*ALEMBIC, *argv)


class Written(Holder, frozen=True):
    """What stands in the file of a lock."""

    admits: str = ""


class SqliteLock:
    """The lock beside a SQLite file; its holder stands in it as JSON.

    `token` is for those that work for the holder.
    """

    def __init__(self, file: FileLock, holder: Holder, token: str) -> None:
        self._file = file
        told = {name: getattr(holder, name) for name in holder.__struct_fields__}
        self._written = Written(**told, admits=token_name(token))
        self._admits = ""

    def take(self) -> Holder | None:
        """Try once, without waiting: None when it is ours now, else who has it."""
        other = self._file.take(msgspec.json.encode(self._written))
        if other is None:
            return None
        try:
            self._admits = msgspec.json.decode(other, type=Written).admits
            return msgspec.json.decode(other, type=Holder)
        except msgspec.DecodeError:
            self._admits = ""
            return Holder(SOMEBODY)

    def admits(self, token: str) -> bool:
        """Whether whoever had it at the last try gave out this token."""
        return self._admits == token_name(token)

    def held(self) -> bool:
        """Whether it is still ours: False when somebody removed its file."""
        return self._file.held()

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        self._file.release()
