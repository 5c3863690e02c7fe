"""Makes the real `Keeper` of one target's database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.redact import REDACTOR
from safeguards.errors import ConfigError, UnreachableError
from safeguards.health.database import ContainerDatabase, Driver, Login, UrlDatabase
from safeguards.sync.databases import postgres_sql
from safeguards.sync.databases.asking import one
from safeguards.sync.databases.container import ContainerPostgres
from safeguards.sync.databases.either import EitherDumper, either_session
from safeguards.sync.databases.mysql import MysqlKeeper
from safeguards.sync.databases.mysql_dump import MysqlDump
from safeguards.sync.databases.pg_dump import PgDump
from safeguards.sync.databases.postgres import PostgresKeeper
from safeguards.sync.databases.session_lock import TIMEOUT
from safeguards.sync.databases.sqlite import SqliteKeeper
from safeguards.sync.startup import SCRIPT
from safeguards.system import backup_file, environment, postgres, process, programs, sqlite_file
from safeguards.system.clock import SystemClock
from safeguards.system.database import parse_url
from safeguards.system.mysql_session import MysqlSession
from safeguards.system.postgres_session import PostgresSession

if TYPE_CHECKING:
    from safeguards.config.resolve import Resolved
    from safeguards.health.database import Database
    from safeguards.runtimes.observe import Runtime
    from safeguards.sync.databases.dumps import Dumper
    from safeguards.sync.databases.sessions import Session
    from safeguards.sync.keeping import Keeper
    from safeguards.system.database import Address, Dialect
    from safeguards.system.docker import Engine

MIGRATE = SCRIPT.with_name("migrate.py")
"""The script whose text runs Alembic, for drivers that read no environment."""

SQLITE_PATIENCE = 60.0
"""Seconds that a backup waits for whoever writes to a SQLite file."""


def keeper_of(
    resolved: Resolved, folder: Path, database: Database, runtime: Runtime, engine: Engine
) -> Keeper:
    """The keeper of the database that a target names; nothing is asked yet.

    `database` is what answers the target's questions; a relative SQLite file counts from `folder`.
    With a URL and a container, the container is the way where the URL cannot be reached. Raises
    `ConfigError` for a target without a database.
    """
    clock = SystemClock()
    sessions: list[Callable[[str], Session]] = []
    dumpers: list[Dumper] = []
    if resolved.database_url is not None:
        url = resolved.database_url.reveal()
        address = parse_url(url)
        if address.dialect == "sqlite":
            path = (folder / address.database).resolve()
            copy = partial(sqlite_file.copy, patience=SQLITE_PATIENCE)
            return SqliteKeeper(database, path, sqlite_file.FileLock, copy)
        if address.dialect == "mysql":
            opened = partial(MysqlSession, address, timeout=TIMEOUT)
            return MysqlKeeper(database, opened, _mysql_dump(address), clock, _migrate())
        sessions.append(partial(PostgresSession, address, timeout=TIMEOUT))
        dumpers.append(_pg_dump(url, address))
    inside = _inside(resolved, runtime, engine)
    if inside is not None:
        sessions.append(inside.session)
        dumpers.append(inside)
    if not sessions:
        raise ConfigError(
            f"target {resolved.name} names no database",
            hint="set database.url or database.container",
        )
    return PostgresKeeper(
        database, either_session(sessions), EitherDumper(dumpers), clock, _migrate()
    )


def _inside(resolved: Resolved, runtime: Runtime, engine: Engine) -> ContainerPostgres | None:
    own = resolved.target.database
    if own is None or own.container is None:
        return None
    name = own.container
    login = Login(name, own.user, own.name)
    asked = ContainerDatabase(runtime, login, timeout=TIMEOUT, learn=REDACTOR.learn)
    return ContainerPostgres(
        engine,
        asked.enter,
        lambda: runtime.advice(name).inside,
        SystemClock(),
        read=backup_file.read_chunks,
        write=backup_file.write_whole,
    )


def _migrate() -> str:
    return (environment.read_file(MIGRATE) or b"").decode()


def _mysql_dump(address: Address) -> MysqlDump:
    return MysqlDump(
        address,
        partial(programs.first_program, "mariadb-dump", "mysqldump"),
        stream=process.stream,
        write=backup_file.write_whole,
        tail=backup_file.read_tail,
        environ=environment.variables(),
    )


def _pg_dump(url: str, address: Address) -> PgDump:
    drivers: Mapping[Dialect, Driver] = {"postgresql": postgres.ask}
    direct = UrlDatabase(url, parse=parse_url, drivers=drivers, timeout=TIMEOUT)

    def find() -> Path | None:
        try:
            version = int(one(direct, postgres_sql.SERVER_VERSION) or 0)
        except UnreachableError:
            return None
        return programs.postgres_programs(version // 10_000)

    return PgDump(
        address,
        find,
        run=process.run,
        stream=process.stream,
        write=backup_file.write_whole,
        environ=environment.variables(),
    )
