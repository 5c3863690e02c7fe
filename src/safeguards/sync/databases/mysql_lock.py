"""GET_LOCK of MySQL and MariaDB, with no time to wait."""

from __future__ import annotations

from safeguards.sync.databases import mysql_sql as sql
from safeguards.sync.databases.names import lock_name
from safeguards.sync.keeping import Holder


class MysqlWords:
    """GET_LOCK, and IS_USED_LOCK with the list of sessions to see who has it."""

    settings = sql.SETTINGS
    database = sql.DATABASE
    session = sql.SESSION

    def __init__(self, version_table: str) -> None:
        self._version_table = version_table

    def attempt(self, name: str) -> str:
        """Whether the lock is ours now, and our connection."""
        return sql.try_lock(lock_name(name, self._version_table))

    def holding(self, name: str) -> str:
        """The connection that holds it, and what the server tells of it."""
        return sql.holding(lock_name(name, self._version_table))

    def release(self, name: str) -> str:
        """Give it back."""
        return sql.unlock(lock_name(name, self._version_table))

    def called(self, name: str) -> str:
        """What it told as the program's name, where performance_schema keeps that."""
        return sql.program(lock_name(name, self._version_table))

    def holder(self, row: tuple[str | None, ...]) -> Holder:
        """The connection and its user: MariaDB keeps no more by default."""
        number, user, host = row
        called = f"{user}, " if user else ""
        return Holder(f"{called}connection {number}", (host or "").partition(":")[0])
