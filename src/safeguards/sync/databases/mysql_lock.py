"""GET_LOCK of MySQL and MariaDB, with no time to wait."""

from __future__ import annotations

from safeguards.sync.databases import mysql_sql as sql
from safeguards.sync.databases.names import lock_name, token_name
from safeguards.sync.keeping import Holder


class MysqlWords:
    """GET_LOCK, and IS_USED_LOCK to see who has it."""

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

    def mark(self, name: str, called: str, token: str) -> str:
        """Tell who has it, which everybody can read, and hold what admits the token."""
        return sql.mark(lock_name(name, self._version_table), called, token_name(token))

    def called(self, name: str) -> str:
        """What its holder is called, as it told."""
        return sql.called(lock_name(name, self._version_table))

    def admitted(self, name: str, token: str) -> str:
        """Whether its holder holds what admits the token."""
        return sql.admitted(lock_name(name, self._version_table), token_name(token))

    def holder(self, row: tuple[str | None, ...]) -> Holder:
        """The connection and its user, for somebody who did not tell more."""
        number, user, host = row
        called = f"{user}, " if user else ""
        return Holder(f"{called}connection {number}", (host or "").partition(":")[0])
