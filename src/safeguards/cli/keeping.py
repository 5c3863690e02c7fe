"""Makes the real `Keeper` of one target's database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import ConfigError
from safeguards.sync.databases import postgres_sql
from safeguards.sync.databases.asking import one
from safeguards.sync.databases.pg_dump import PgDump
from safeguards.sync.databases.postgres import PostgresKeeper
from safeguards.sync.databases.postgres_lock import TIMEOUT
from safeguards.sync.databases.sqlite import SqliteKeeper
from safeguards.system import backup_file, environment, process, programs, sqlite_file
from safeguards.system.clock import SystemClock
from safeguards.system.database import parse_url
from safeguards.system.postgres_session import PostgresSession

if TYPE_CHECKING:
    from safeguards.config.resolve import Resolved
    from safeguards.health.database import Database
    from safeguards.sync.databases.sessions import Session
    from safeguards.sync.keeping import Keeper
    from safeguards.system.database import Address

SQLITE_PATIENCE = 60.0
"""Seconds that a backup waits for whoever writes to a SQLite file."""


def keeper_of(resolved: Resolved, folder: Path, database: Database) -> Keeper:
    """The keeper of the database that a target names; nothing is asked yet.

    `database` is what answers the target's questions; a relative SQLite file counts from `folder`.
    Raises `ConfigError` for a target without a database.
    """
    if resolved.database_url is None:
        raise ConfigError("this target names no database", hint="set database.url")
    address = parse_url(resolved.database_url.reveal())
    if address.dialect == "sqlite":
        path = (folder / address.database).resolve()
        copy = partial(sqlite_file.copy, patience=SQLITE_PATIENCE)
        return SqliteKeeper(database, path, sqlite_file.FileLock, copy)
    return PostgresKeeper(database, _session(address), _pg_dump(address, database), SystemClock())


def _session(address: Address) -> Callable[[str], Session]:
    return partial(PostgresSession, address, timeout=TIMEOUT)


def _pg_dump(address: Address, database: Database) -> PgDump:
    def find() -> Path | None:
        version = int(one(database, postgres_sql.SERVER_VERSION) or 0)
        return programs.postgres_programs(version // 10_000)

    return PgDump(
        address,
        find,
        run=process.run,
        stream=process.stream,
        write=backup_file.write_whole,
        environ=environment.variables(),
    )
