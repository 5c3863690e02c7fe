"""For a project's env.py: a bare `alembic upgrade` takes turns with `safeguards sync`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.health.statements import text
from safeguards.sync.databases.mysql_lock import MysqlWords
from safeguards.sync.databases.names import TOKEN, VERSION_TABLE
from safeguards.sync.databases.postgres_lock import PostgresWords
from safeguards.sync.databases.session_lock import TIMEOUT, SessionLock
from safeguards.sync.databases.sqlite import SqliteLock
from safeguards.sync.errors import LockHeldError
from safeguards.sync.keeping import Holder
from safeguards.sync.locking import Patience
from safeguards.system import alembic_env, environment
from safeguards.system.clock import SystemClock
from safeguards.system.engine_session import EngineSession, beside, sqlite_file
from safeguards.system.sqlite_file import FileLock

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["migration_lock"]

WAIT = 60.0
"""Seconds that are waited for somebody else's migration."""

LOOK = 5
"""After so many tries it is asked whether there is anything left to do."""


@contextmanager
def migration_lock(connection: Connection, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock of this connection's database, which a sync holds while it works.

    It is asked for again and again, in a session of its own, and never waited for in the database.
    After `wait` seconds the command fails, and says who has it. Nobody waits who changes nothing,
    finds everything done, or is called by the sync that has the lock.
    """
    lock = None if alembic_env.changes_nothing() else _lock(connection)
    if lock is None:
        yield
        return
    try:
        _take(lock, connection, wait)
        yield
    finally:
        lock.release()


def _take(lock: SessionLock | SqliteLock, connection: Connection, wait: float) -> None:
    token = environment.variables().get(TOKEN, "")
    clock = SystemClock()
    patience = Patience(clock, clock.monotonic() + wait, wait, alembic_env.tell)
    tries = count()
    try:
        while (holder := lock.take()) is not None:
            if token and lock.admits(token):
                return
            if next(tries) % LOOK == 0 and _is_done(connection):
                return
            patience.wait(holder.text)
    except LockHeldError as error:
        alembic_env.refuse(error.message)
    except UnreachableError as error:
        hint = f"; {error.hint}" if error.hint else ""
        alembic_env.refuse(f"the lock of the database cannot be had: {error.message}{hint}")


def _is_done(connection: Connection) -> bool:
    with beside(connection) as other:
        return alembic_env.is_done(other)


def _lock(connection: Connection) -> SessionLock | SqliteLock | None:
    """The lock that a sync would take; None for a database that only this process sees."""
    now = SystemClock().now().isoformat(timespec="seconds")
    holder = Holder(f"{environment.user()} (alembic)", environment.host(), since=now)
    token = secrets.token_hex(16)  # nobody is given it: what runs here runs in this process
    dialect, engine = connection.dialect.name, connection.engine
    if dialect == "sqlite":
        path = sqlite_file(connection)
        return None if path is None else SqliteLock(FileLock(path), holder, token)
    if dialect not in {"postgresql", "mysql", "mariadb"}:
        alembic_env.refuse(f"safeguards has no lock for {dialect}")
    words = MysqlWords(VERSION_TABLE) if dialect != "postgresql" else PostgresWords(VERSION_TABLE)

    def opened(name: str) -> EngineSession:
        called = f"select set_config('application_name', {text(name, 'postgresql')}, false)"
        return EngineSession(engine, (called,) if dialect == "postgresql" else ())

    def other() -> str:
        session = EngineSession(engine)
        try:
            ((number,),) = session.ask(words.session, TIMEOUT)
        finally:
            session.close()
        return str(number)

    return SessionLock(opened, other, words, holder, token)
