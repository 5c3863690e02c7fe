"""The two ways to ask a database: by its URL, or with its own client inside its container."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import RefusedError, UnreachableError
from safeguards.health import psql
from safeguards.health.by_hand import client, one_line

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance, Runtime
    from safeguards.system.database import Address, Dialect, Rows


LONGEST = 30.0
"""Seconds that one psql may take for all its statements, each bounded by itself."""

_OWN_USER = "${POSTGRES_USER:-postgres}"
_OWN_NAME = "${POSTGRES_DB:-" + _OWN_USER + "}"
"""What the container's environment says, to a shell inside."""

Results = tuple["Rows | UnreachableError", ...]
Writer = Callable[["Dialect"], tuple[str, ...]]
Driver = Callable[["Address", tuple[str, ...], float], Results]


class Database(Protocol):
    """Answers questions; changes nothing."""

    def ask(self, write: Writer) -> Results:
        """Rows for each statement that `write` makes, or why that one was refused.

        Raises `UnreachableError` when the database cannot be asked at all.
        """

    def by_hand(self, write: Callable[[Dialect], str], /) -> str:
        """A command with which a person asks the statement that `write` makes."""


class UrlDatabase:
    """A database that is reachable from here; `parse` raises `ConfigError` for a wrong URL."""

    def __init__(
        self,
        url: str,
        *,
        parse: Callable[[str], Address],
        drivers: Mapping[Dialect, Driver],
        timeout: float,
    ) -> None:
        self._url = url
        self._parse = parse
        self._drivers = drivers
        self._timeout = timeout

    def ask(self, write: Writer) -> Results:
        """Ask through the driver of the URL's dialect."""
        address = self._parse(self._url)
        return self._drivers[address.dialect](address, write(address.dialect), self._timeout)

    def by_hand(self, write: Callable[[Dialect], str], /) -> str:
        """The client of the URL's dialect, without the password."""
        address = self._parse(self._url)
        return client(address, one_line(write(address.dialect)))


class Login(msgspec.Struct, frozen=True):
    """Who asks inside the container; None is what the container's own environment says."""

    container: str
    user: str | None = None
    name: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """A running container and the login inside that `Login` comes to; never shown."""

    container: str
    user: str
    name: str
    password: str


class ContainerDatabase:
    """A PostgreSQL whose port is not published, asked by psql inside its container.

    `learn` is told the password that the container's environment holds, so that it is masked.
    """

    def __init__(
        self, runtime: Runtime, login: Login, *, timeout: float, learn: Callable[[str], None]
    ) -> None:
        self._runtime = runtime
        self._login = login
        self._timeout = timeout
        self._learn = learn
        self._asked_as: tuple[str, str] | None = None

    def ask(self, write: Writer) -> Results:
        """Run one psql for all statements."""
        container = self._login.container
        entry = self.enter()
        statements = write("postgresql")
        done = self._runtime.exec(
            container,
            psql.arguments(entry.user, entry.name, statements, self._timeout),
            timeout=min(self._timeout * len(statements) + 2, LONGEST),
            env=psql.environment(self._timeout, entry.password),
        )
        return psql.answers(done, len(statements), container)

    def enter(self) -> Entry:
        """Where psql runs, and as whom; raises `UnreachableError` when nothing runs there."""
        instance = self._instance()
        environ = instance.env
        user, name = self._asked_as = self._user(environ), self._name(environ)
        password = environ.get("PGPASSWORD") or environ.get("POSTGRES_PASSWORD", "")
        if password:
            self._learn(password)
        return Entry(instance.id, user, name, password)

    def by_hand(self, write: Callable[[Dialect], str], /) -> str:
        """The psql that a person would run inside."""
        statement = one_line(write("postgresql"))
        inside = self._runtime.advice(self._login.container).inside
        if self._asked_as is None:
            own = f'psql -U "{_OWN_USER}" -d "{_OWN_NAME}" -c {shlex.quote(statement)}'
            return f"{inside} sh -c {shlex.quote(own)}"
        user, name = self._asked_as
        return f"{inside} {shlex.join(['psql', '-U', user, '-d', name, '-c', statement])}"

    def _instance(self) -> Instance:
        container = self._login.container
        instances = self._runtime.inspect(container)
        if not instances:
            raise UnreachableError(
                f"there is no container {container} to ask the database in",
                hint="see database.container, and: docker ps --all",
            )
        running = [instance for instance in instances if instance.running]
        if not running:
            raise UnreachableError(
                f"the database container {container} is not running ({instances[0].state})",
                hint=self._runtime.advice(container).start,
            )
        if any(name.startswith(("MYSQL_", "MARIADB_")) for name in running[0].env):
            raise UnreachableError(
                f"{container} holds MySQL or MariaDB, which are asked by URL only",
                hint="set database.url",
            )
        return running[0]

    def _user(self, environ: Mapping[str, str]) -> str:
        return self._login.user or environ.get("POSTGRES_USER") or "postgres"

    def _name(self, environ: Mapping[str, str]) -> str:
        return self._login.name or environ.get("POSTGRES_DB") or self._user(environ)


class EitherDatabase:
    """The first database, or the second when the first cannot be reached.

    A refused login is an answer: it is reported, not hidden behind the second way.
    """

    def __init__(self, first: Database, second: Database) -> None:
        self._first = first
        self._second = second

    def ask(self, write: Writer) -> Results:
        """Ask the first; the second when nobody answers there."""
        try:
            return self._first.ask(write)
        except RefusedError:
            raise
        except UnreachableError as first:
            try:
                return self._second.ask(write)
            except UnreachableError as second:
                raise UnreachableError(
                    f"{first.message}; and {second.message}", hint=first.hint
                ) from second

    def by_hand(self, write: Callable[[Dialect], str], /) -> str:
        """What the second way advises, since it needs no password."""
        return self._second.by_hand(write)
