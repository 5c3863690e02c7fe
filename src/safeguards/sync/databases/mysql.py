"""MySQL or MariaDB as a sync's database, by URL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.runs import Identity
from safeguards.sync.databases import mysql_sql as sql
from safeguards.sync.databases.asking import ask, lines, masked, one
from safeguards.sync.databases.mysql_lock import MysqlWords
from safeguards.sync.databases.names import for_helper
from safeguards.sync.databases.session_lock import SessionLock
from safeguards.sync.keeping import Blocker, Holder

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.planned import BackupMethod
    from safeguards.sync.databases.dumps import Dumper
    from safeguards.sync.databases.sessions import Session


class MysqlKeeper:
    """Asks `database` for all that changes nothing; `opened` makes the session of a lock."""

    dialect = "mysql"
    transactional_ddl = False

    def __init__(
        self,
        database: Database,
        opened: Callable[[str], Session],
        dumper: Dumper,
        version_table: str = "alembic_version",
    ) -> None:
        self._database = database
        self._opened = opened
        self._dumper = dumper
        self._words = MysqlWords(version_table)

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
        return SessionLock(self._opened, self._connection, self._words, holder)

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
        """Whom sessions of this database wait for, as far as the server tells.

        Which of them are a migration's it does not tell. Where it does not watch who has a table
        locked, those are shown who have a transaction open, with the word `perhaps`.
        """
        wanted = (sql.ROW_BLOCKERS, sql.TABLE_BLOCKERS, sql.OPEN_TRANSACTIONS)
        found: dict[int, Blocker] = {}
        for answer in self._database.ask(lambda _: wanted):
            rows = () if isinstance(answer, UnreachableError) else answer
            for pid, user, host, state, query in rows:
                who = f"{user} from {host}"
                blocker = Blocker(int(pid or 0), who, state or "", masked(query))
                found.setdefault(blocker.pid, blocker)
        return tuple(found.values())

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        """Nobody: a migration's session has no name here, so it cannot be told from others."""
        return ()

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        """What `alembic_lock` in an env.py reads; the drivers of MySQL read no environment."""
        return for_helper(lock_timeout, statement_timeout)

    def _connection(self) -> str:
        return str(one(self._database, sql.SESSION))
