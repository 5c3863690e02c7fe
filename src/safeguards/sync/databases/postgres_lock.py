"""PostgreSQL's advisory lock: what a waiter must never wait for.

A session that waits for an advisory lock deadlocks with the holder's CREATE INDEX CONCURRENTLY.
"""

from __future__ import annotations

from safeguards.sync.databases import postgres_sql as sql
from safeguards.sync.databases.names import lock_key, token_key
from safeguards.sync.keeping import Holder

_SETTINGS = {
    "statement_timeout": "5000",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
    "client_connection_check_interval": "500",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""The last four free the lock when the holder's machine is gone. Servers that do not know one of
them pass it over."""


class PostgresWords:
    """pg_try_advisory_lock, and pg_locks to see who has it."""

    settings = sql.settings(_SETTINGS)
    database = "select current_database()"
    session = sql.BACKEND

    def __init__(self, version_table: str) -> None:
        self._version_table = version_table

    def attempt(self, name: str) -> str:
        """Whether the lock is ours now, and our backend."""
        return sql.try_lock(lock_key(name, self._version_table))

    def holding(self, name: str) -> str:
        """The backend that holds it, and what pg_stat_activity tells of it."""
        return sql.holding(lock_key(name, self._version_table))

    def release(self, name: str) -> str:
        """Give it back."""
        return sql.unlock(lock_key(name, self._version_table))

    def mark(self, name: str, called: str, token: str) -> str:
        """Hold what admits the token; who has it is told by the session's name."""
        return sql.try_lock(token_key(token))

    def called(self, name: str) -> str:
        """Its application_name."""
        return sql.application(lock_key(name, self._version_table))

    def admitted(self, name: str, token: str) -> str:
        """Whether its holder holds what admits the token."""
        return sql.same_session(lock_key(name, self._version_table), token_key(token))

    def holder(self, row: tuple[str | None, ...]) -> Holder:
        """Whose session it is."""
        pid, application, user, address, since = row
        called = f" ({application})" if application else ""
        who = f"{user}{called}" if user else f"session {pid}{called}"
        return Holder(who, address or "", "", since or "")
