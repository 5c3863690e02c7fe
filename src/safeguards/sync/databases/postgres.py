"""PostgreSQL as a sync's database, by URL or inside its container: both answer the same SQL."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.runs import Identity
from safeguards.sync.databases import postgres_sql as sql
from safeguards.sync.databases.asking import ask, lines, masked, one
from safeguards.sync.databases.names import TOKEN, VERSION_TABLE, cut
from safeguards.sync.databases.postgres_catalog_sql import CATALOG, QUALIFIED
from safeguards.sync.databases.postgres_lock import PostgresWords
from safeguards.sync.databases.session_lock import SessionLock
from safeguards.sync.keeping import Blocker, Holder

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.planned import BackupMethod
    from safeguards.sync.databases.dumps import Dumper
    from safeguards.sync.databases.sessions import Session
    from safeguards.system.clock import Clock

CANCEL, TERMINATE = 2.0, 5.0
"""Seconds that sessions get to end when they are cancelled, and when they are terminated."""

_STEP = 0.1
_IDLE = "60000"
_INTERVAL = "client_connection_check_interval"


class PostgresKeeper:
    """Asks `database` for all that changes nothing; `opened` makes the session of a lock.

    `dumper` writes backups; `migrate` is the text of the script that runs Alembic.
    """

    dialect = "postgresql"
    transactional_ddl = True

    def __init__(
        self,
        database: Database,
        opened: Callable[[str], Session],
        dumper: Dumper,
        clock: Clock,
        migrate: str,
        version_table: str = VERSION_TABLE,
    ) -> None:
        self._database = database
        self._opened = opened
        self._dumper = dumper
        self._clock = clock
        self._migrate = migrate
        self._words = PostgresWords(version_table)
        self._token = secrets.token_hex(16)
        self._knows_interval: bool | None = None

    def identity(self) -> Identity:
        """The system identifier of its cluster; its port and number where that is refused."""
        known, otherwise = self._database.ask(lambda _: (sql.SYSTEM, sql.ADDRESS))
        for answer in (known, otherwise):
            if not isinstance(answer, UnreachableError) and answer:
                server, name = answer[0]
                return Identity(str(server), str(name))
        raise UnreachableError("the database does not tell its name")

    def lock(self, holder: Holder) -> SessionLock:
        """The advisory lock of this database; nothing is asked yet."""
        return SessionLock(self._opened, self._backend, self._words, holder, self._token)

    def catalog(self) -> tuple[str, ...]:
        """Every schema, table, column, index, constraint, type, view, trigger and routine."""
        return lines(ask(self._database, QUALIFIED, CATALOG))

    def broken(self) -> tuple[str, ...]:
        """INVALID indexes that nobody is making at the moment, and NOT VALID constraints."""
        return lines(ask(self._database, QUALIFIED, sql.BROKEN))

    def size(self) -> int | None:
        """What the database's files take."""
        size = one(self._database, sql.SIZE)
        return None if size is None else int(size)

    def backup_method(self) -> BackupMethod:
        """`pg_dump` where there is one that can read this server."""
        return "pg_dump" if self._dumper.available() else "none"

    def back_up(self, path: Path, tell: Callable[[str], None]) -> None:
        """A dump in pg_dump's own format that pg_restore could read, or no file at all."""
        self._dumper.write(path, tell)

    def restore_by_hand(self, path: Path) -> str:
        """The pg_restore that a person runs; it holds no password."""
        return self._dumper.restore_by_hand(path)

    def blockers(self, application: str) -> tuple[Blocker, ...]:
        """Whom the sessions of this name wait for, once each."""
        rows = ask(self._database, sql.blockers(cut(application)))
        return tuple(
            Blocker(int(pid or 0), _who(user, name, at), state or "", masked(query))
            for pid, user, name, at, state, query in rows
        )

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        """Cancel, then terminate the sessions of this database whose name begins so.

        Returns their names when they are gone, or raises `DeadlineError`.
        """
        found = ask(self._database, sql.sessions(cut(prefix)))
        if not found:
            return ()
        for terminate, seconds in ((False, CANCEL), (True, TERMINATE)):
            ask(self._database, sql.end(cut(prefix), terminate=terminate))
            if self._gone(cut(prefix), seconds):
                return tuple(str(name) for _, name in found)
        raise DeadlineError(
            f"{len(found)} session(s) of an earlier migration are still in the database",
            hint=f"see pg_stat_activity for application_name {prefix}…; end them there",
        )

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        """PGOPTIONS and PGAPPNAME, which libpq reads, and asyncpg does not."""
        settings = _limits(lock_timeout, statement_timeout)
        if self._knows_interval is None:
            self._knows_interval = one(self._database, sql.KNOWS_CHECK_INTERVAL) == "1"
        if not self._knows_interval:
            del settings[_INTERVAL]
        options = " ".join(f"-c {key}={value}" for key, value in settings.items())
        return {"PGOPTIONS": options, "PGAPPNAME": cut(name), TOKEN: self._token}

    def migration_command(
        self, argv: tuple[str, ...], lock_timeout: float, statement_timeout: float, name: str
    ) -> tuple[str, ...]:
        """Alembic, called by a script that begins each of its sessions with the limits and the name
        once more, for drivers that read no environment.
        """
        settings = _limits(lock_timeout, statement_timeout) | {"application_name": cut(name)}
        return ("python3", "-c", self._migrate, json.dumps([sql.settings(settings)]), *argv)

    def _backend(self) -> str:
        return str(one(self._database, sql.BACKEND))

    def _gone(self, prefix: str, seconds: float) -> bool:
        until = self._clock.monotonic() + seconds
        while ask(self._database, sql.sessions(prefix)):
            if self._clock.monotonic() >= until:
                return False
            self._clock.sleep(_STEP)
        return True


def _limits(lock_timeout: float, statement_timeout: float) -> dict[str, str]:
    return {
        "lock_timeout": str(max(round(lock_timeout * 1000), 1)),
        "statement_timeout": str(max(round(statement_timeout * 1000), 1)),
        "idle_in_transaction_session_timeout": _IDLE,
        _INTERVAL: "500",
    }


def _who(user: str | None, name: str | None, address: str | None) -> str:
    if not user:
        return "a prepared transaction, or a session that is not shown"
    return " ".join(part for part in (user, name, address and f"from {address}") if part)
