"""MySQL or MariaDB as a sync's database, by URL."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.runs import Identity
from safeguards.sync.databases import mysql_sql as sql
from safeguards.sync.databases.asking import ask, lines, masked, one
from safeguards.sync.databases.mysql_lock import MysqlWords
from safeguards.sync.databases.names import TOKEN, VERSION_TABLE, lock_name
from safeguards.sync.databases.session_lock import SessionLock
from safeguards.sync.keeping import Blocker, Holder

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.planned import BackupMethod
    from safeguards.sync.databases.dumps import Dumper
    from safeguards.sync.databases.sessions import Session
    from safeguards.system.clock import Clock

TERMINATE = 10.0
"""Seconds that sessions get to end when they are killed: InnoDB undoes what they did."""

_STEP = 0.1


class MysqlKeeper:
    """Asks `database` for all that changes nothing; `opened` makes the session of a lock.

    `migrate` is the text of the script that runs Alembic.
    """

    dialect = "mysql"
    transactional_ddl = False

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
        self._version_table = version_table
        self._words = MysqlWords(version_table)
        self._token = secrets.token_hex(16)

    def identity(self) -> Identity:
        """MySQL's own identifier; the host, port and folder of MariaDB, which has none."""
        answers = self._database.ask(lambda _: (sql.SYSTEM, sql.ADDRESS))
        for answer in answers:
            if not isinstance(answer, UnreachableError) and answer:
                server, name = answer[0]
                return Identity(str(server), str(name))
        raise UnreachableError("the database does not tell its name")

    def lock(self, holder: Holder) -> SessionLock:
        """GET_LOCK for this database; nothing is asked yet."""
        return SessionLock(self._opened, self._connection, self._words, holder, self._token)

    def catalog(self) -> tuple[str, ...]:
        """Every table, column, index, constraint, view, trigger and routine."""
        return lines(ask(self._database, sql.CATALOG))

    def broken(self) -> tuple[str, ...]:
        """Nothing: an index or a constraint is made whole here, or not at all."""
        return ()

    def size(self) -> int | None:
        """What the server's statistics say of its tables; None for a database without one."""
        size = one(self._database, sql.SIZE)
        return None if size is None else int(size)

    def backup_method(self) -> BackupMethod:
        """`mysqldump` (or mariadb-dump, its newer name) where there is one here."""
        return "mysqldump" if self._dumper.available() else "none"

    def back_up(self, path: Path, tell: Callable[[str], None]) -> None:
        """A dump in SQL that says itself that it is complete, or no file at all."""
        self._dumper.write(path, tell)

    def restore_by_hand(self, path: Path) -> str:
        """The client that a person runs; it asks for the password."""
        return self._dumper.restore_by_hand(path)

    def blockers(self, application: str) -> tuple[Blocker, ...]:
        """Whom the sessions of a migration wait for, as far as the server tells.

        Where it does not watch who has a table locked, those are shown who have a transaction open,
        with the word `perhaps`.
        """
        wanted, found = sql.blockers(self._lock_name()), dict[int, Blocker]()
        for answer in self._database.ask(lambda _: wanted):
            rows = () if isinstance(answer, UnreachableError) else answer
            for pid, user, host, state, query in rows:
                who = f"{user} from {host}"
                blocker = Blocker(int(pid or 0), who, state or "", masked(query))
                found.setdefault(blocker.pid, blocker)
        return tuple(found.values())

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        """Kill the sessions of a migration of this database, which have no other name; their
        numbers.

        Returns when they are gone, or raises `DeadlineError`.
        """
        found = self._migrating()
        self._database.ask(lambda _: tuple(sql.kill(number) for number in found))
        until = self._clock.monotonic() + TERMINATE
        while left := self._migrating():
            if self._clock.monotonic() >= until:
                raise DeadlineError(
                    f"{len(left)} session(s) of an earlier migration are still in the database",
                    hint=f"see: show full processlist; end them there: kill {left[0]}",
                )
            self._clock.sleep(_STEP)
        return tuple(f"{prefix} ({number})" for number in found)

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        """What lets it pass the lock; the drivers of MySQL read no environment."""
        return {TOKEN: self._token}

    def migration_command(
        self, argv: tuple[str, ...], lock_timeout: float, statement_timeout: float, name: str
    ) -> tuple[str, ...]:
        """Alembic, called by a script that begins each of its sessions with the limits, and with
        what tells it from others.
        """
        begin = (*sql.limits(lock_timeout, statement_timeout), sql.be_migrating(self._lock_name()))
        return ("python3", "-c", self._migrate, json.dumps(begin), *argv)

    def _lock_name(self) -> str:
        return lock_name(str(one(self._database, sql.DATABASE)), self._version_table)

    def _migrating(self) -> tuple[int, ...]:
        rows = ask(self._database, sql.migrating(self._lock_name()))
        return tuple(int(row[0] or 0) for row in rows)

    def _connection(self) -> str:
        return str(one(self._database, sql.SESSION))
