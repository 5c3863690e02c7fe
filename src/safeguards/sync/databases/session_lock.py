"""A lock that lives in a session of its own, tried and never waited for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.databases.names import read_session_name, session_name
from safeguards.sync.keeping import Holder

if TYPE_CHECKING:
    from safeguards.sync.databases.sessions import Session

TIMEOUT = 5.0
"""Seconds for each question that takes the lock or gives it back."""

PROBE = 2.0
"""Seconds for the question whether it is still ours."""

_YES = frozenset({"t", "True", "1"})


class Words(Protocol):
    """How a database says what a lock needs; `name` is the database's."""

    settings: str
    """So that the session lasts while its holder lives, and not longer."""
    database: str
    """One value: the database's name."""
    session: str
    """One value: which session this is."""

    def attempt(self, name: str) -> str:
        """Two values: whether the lock is ours now, and which session this is."""

    def holding(self, name: str) -> str:
        """A row for who holds the lock, and the session's number first; none when nobody does."""

    def release(self, name: str) -> str:
        """Give it back."""

    def mark(self, name: str, called: str, token: str) -> str:
        """Once the lock is ours: tell who has it, and hold on to what admits the token."""

    def called(self, name: str) -> str:
        """One value: what the session that holds the lock calls itself. It may be refused."""

    def admitted(self, name: str, token: str) -> str:
        """One value: whether whoever holds the lock gave out this token."""

    def holder(self, row: tuple[str | None, ...]) -> Holder:
        """Who that row shows, when the session's name is not one of ours."""


class SessionLock:
    """The one lock of a database. `opened` makes a session of the name it is given.

    `other` is the number of a second session: behind a pooler that shares sessions it is ours.
    `token` is for those that work for the holder. To be used from one thread.
    """

    def __init__(
        self,
        opened: Callable[[str], Session],
        other: Callable[[], str],
        words: Words,
        holder: Holder,
        token: str,
    ) -> None:
        self._opened = opened
        self._other = other
        self._words = words
        self._called = session_name(holder)
        self._token = token
        self._session: Session | None = None
        self._database = ""
        self._number = ""

    def take(self) -> Holder | None:
        """Try once, without waiting: None when it is ours now, else who has it."""
        if self._number and self.held():
            return None
        session = self._session = self._session or self._open()
        try:
            ((got, number),) = session.ask(self._words.attempt(self._database), TIMEOUT)
            if got not in _YES:
                return self._holder(session)
            self._check_no_pooler(session, str(number))
            session.ask(self._words.mark(self._database, self._called, self._token), TIMEOUT)
        except UnreachableError:
            self._end()
            raise
        self._number = str(number)
        return None

    def held(self) -> bool:
        """Whether it is still ours: False when its session was ended, or its database restarted."""
        if self._session is None or not self._number:
            return False
        try:
            rows = self._session.ask(self._words.holding(self._database), PROBE)
        except UnreachableError:
            self._end()
            return False
        return any(row[0] == self._number for row in rows)

    def admits(self, token: str) -> bool:
        """Whether whoever has it now gave out this token; to be asked after a try."""
        if self._session is None:
            return False
        rows = self._session.ask(self._words.admitted(self._database, token), TIMEOUT)
        return any(row[0] in _YES for row in rows)

    def release(self) -> None:
        """Give it back and end its session, also one that only tried; harmless otherwise."""
        if self._session is not None and self._number:
            # Said, and not left to the end of the session, which the server may see later.
            with suppress(UnreachableError):
                self._session.ask(self._words.release(self._database), PROBE)
        self._end()

    def _end(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._number = None, ""

    def _open(self) -> Session:
        session = self._opened(self._called)
        try:
            with suppress(RefusedError):
                session.ask(self._words.settings, TIMEOUT)
            ((name,),) = session.ask(self._words.database, TIMEOUT)
        except UnreachableError:
            session.close()
            raise
        self._database = str(name)
        return session

    def _holder(self, session: Session) -> Holder:
        with suppress(RefusedError):
            for (called,) in session.ask(self._words.called(self._database), TIMEOUT):
                if (ours := read_session_name(called or "")) is not None:
                    return ours
        rows = session.ask(self._words.holding(self._database), TIMEOUT)
        return self._words.holder(rows[0]) if rows else Holder("somebody who just let go of it")

    def _check_no_pooler(self, session: Session, number: str) -> None:
        other = self._other()
        rows = session.ask(self._words.holding(self._database), TIMEOUT)
        ((now,),) = session.ask(self._words.session, TIMEOUT)
        if other != number and now == number and any(row[0] == number for row in rows):
            return
        raise RefusedError(
            "the lock of the database cannot be held: a connection pooler (such as PgBouncer in "
            "its transaction mode) lends our session to others",
            hint="give database.url the host and port of the database itself, not of the pooler",
        )
