"""PostgreSQL's advisory lock, tried and never waited for, in a session of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.databases import postgres_sql as sql
from safeguards.sync.databases.names import lock_key, read_session_name, session_name
from safeguards.sync.keeping import Holder

if TYPE_CHECKING:
    from safeguards.sync.databases.sessions import Session
    from safeguards.system.database import Rows

TIMEOUT = 5.0
"""Seconds for each question that takes the lock or gives it back."""

PROBE = 2.0
"""Seconds for the question whether it is still ours."""

_SETTINGS = {
    "statement_timeout": "5000",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
    "client_connection_check_interval": "500",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""So that the session lasts while its holder lives, and not longer when the holder's machine is
gone. Servers that do not know one of them pass it over."""


class PostgresLock:
    """The one lock of a database. `opened` makes a session of the name it is given.

    `other` is the backend of a second session: behind a pooler that shares backends it is ours.
    To be used from one thread.
    """

    def __init__(
        self,
        opened: Callable[[str], Session],
        other: Callable[[], str],
        holder: Holder,
        version_table: str,
    ) -> None:
        self._opened = opened
        self._other = other
        self._name = session_name(holder)
        self._version_table = version_table
        self._session: Session | None = None
        self._key = 0
        self._pid = ""

    def take(self) -> Holder | None:
        """Try once, without waiting: None when it is ours now, else who has it."""
        if self._pid and self.held():
            return None
        session = self._session = self._session or self._open()
        try:
            ((got, pid),) = session.ask(sql.try_lock(self._key), TIMEOUT)
            if not _true(got):
                return self._holder(session)
            self._check_no_pooler(session, str(pid))
        except UnreachableError:
            self._end()
            raise
        self._pid = str(pid)
        return None

    def held(self) -> bool:
        """Whether it is still ours: False when its session was ended, or its database restarted."""
        if self._session is None or not self._pid:
            return False
        try:
            rows = self._session.ask(sql.holding(self._key), PROBE)
        except UnreachableError:
            self._end()
            return False
        return any(row[0] == self._pid for row in rows)

    def release(self) -> None:
        """Give it back and end its session, also one that only tried; harmless otherwise."""
        if self._session is not None and self._pid:
            # Said, and not left to the end of the session, which the server may see later.
            with suppress(UnreachableError):
                self._session.ask(sql.unlock(self._key), PROBE)
        self._end()

    def _end(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._pid = None, ""

    def _open(self) -> Session:
        session = self._opened(self._name)
        try:
            with suppress(RefusedError):
                session.ask(sql.settings(_SETTINGS), TIMEOUT)
            ((name,),) = session.ask("select current_database()", TIMEOUT)
        except UnreachableError:
            session.close()
            raise
        self._key = lock_key(str(name), self._version_table)
        return session

    def _holder(self, session: Session) -> Holder:
        rows = session.ask(sql.holding(self._key), TIMEOUT)
        return _read_holder(rows) if rows else Holder("somebody who just let go of it")

    def _check_no_pooler(self, session: Session, pid: str) -> None:
        other = self._other()
        rows = session.ask(sql.holding(self._key), TIMEOUT)
        ((now,),) = session.ask(sql.BACKEND, TIMEOUT)
        if other != pid and now == pid and any(row[0] == pid for row in rows):
            return
        raise RefusedError(
            "the lock of the database cannot be held: a connection pooler (such as PgBouncer in "
            "its transaction mode) lends our session to others",
            hint="give database.url the host and port of PostgreSQL itself, not of the pooler",
        )


def _read_holder(rows: Rows) -> Holder:
    pid, application, user, address, since = rows[0]
    ours = read_session_name(application or "")
    if ours is not None:
        return ours
    called = f" ({application})" if application else ""
    who = f"{user}{called}" if user else f"session {pid}{called}"
    return Holder(who, address or "", "", since or "")


def _true(value: str | None) -> bool:
    return value in {"t", "True"}
