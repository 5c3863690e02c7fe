"""MySQL and MariaDB through pymysql, read-only."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    DeniedError,
    NotInstalledError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    import pymysql

    from safeguards.system.database import Address, Rows

_ABSENT = frozenset({1049, 1051, 1054, 1146})
_CANCELLED = frozenset({1205, 1969, 3024})
_DENIED = frozenset({1142, 1143, 1370})
_CONNECTION = frozenset({2002, 2003, 2005, 2006, 2013})
_LOGIN = "check user, password and name in database.url"
_FULL = "end idle sessions, or raise max_connections; see SHOW PROCESSLIST"
_HINTS = {
    1040: _FULL,
    1203: _FULL,
    1226: _FULL,
    1044: _LOGIN,
    1045: _LOGIN,
    1049: _LOGIN,
    1130: "let this host in: CREATE USER 'name'@'host', or set another address",
}
"""What to do about a session that was not given, by the server's number for why."""


def ask(
    address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused; `timeout` is seconds for each wait.

    The session is read-only. Raises `NotInstalledError` without pymysql, `RefusedError` when the
    server refuses the login, `UnreachableError` when it cannot be reached or goes away.
    """
    connection = connect(address, timeout)
    place = place_of(address)
    with connection, connection.cursor() as cursor:
        _limit(cursor, timeout)
        return tuple(_one(cursor, statement, place) for statement in statements)


def connect(address: Address, timeout: float, **settings: object) -> pymysql.Connection:
    """A session that commits each statement; `settings` are pymysql's own.

    Raises `NotInstalledError` without pymysql, `RefusedError` when the server refuses the login,
    `UnreachableError` when it cannot be reached within `timeout` seconds.
    """
    driver, place = _driver(), place_of(address)
    given: dict[str, object] = {
        "host": address.host or "localhost",
        "port": address.port or 3306,
        "user": address.user or None,
        "password": address.password,
        "database": address.database or None,
        "unix_socket": address.options.get("unix_socket"),
        "connect_timeout": max(timeout, 1),
        "read_timeout": timeout,
        "write_timeout": timeout,
    }
    try:
        connection: pymysql.Connection = driver.connect(**{**given, **settings}, autocommit=True)
    except driver.OperationalError as error:
        code, message = read_error(error)
        kind = UnreachableError if code in _CONNECTION else RefusedError
        hint = _HINTS.get(code, "is it running, and is the port reachable from here?")
        raise kind(f"the database at {place} cannot be asked: {message}", hint=hint) from error
    except (driver.Error, OSError) as error:
        raise UnreachableError(f"the database at {place} cannot be reached: {error}") from error
    return connection


def is_over(error: Exception) -> bool:
    """Whether the connection ended, and not only the statement."""
    code, _ = read_error(error)
    return code in _CONNECTION or not code


def place_of(address: Address) -> str:
    """Where the database is, for people."""
    return f"{address.host or 'localhost'}:{address.port or 3306}"


def _driver() -> Any:
    try:
        import pymysql
    except ImportError as error:
        raise NotInstalledError(
            f"pymysql, which asks MySQL, cannot be imported: {error}",
            hint="pip install 'safeguards[mysql]', or set database.container",
        ) from error
    return pymysql


def _limit(cursor: Any, timeout: float) -> None:
    """End slow statements in the server: MySQL and MariaDB know one of these each."""
    import pymysql

    for setting in (
        f"max_execution_time = {max(round(timeout * 800), 100)}",
        f"max_statement_time = {max(timeout * 0.8, 0.1)}",
    ):
        with contextlib.suppress(pymysql.Error):
            cursor.execute(f"set session {setting}")


def _one(cursor: Any, statement: str, place: str) -> Rows | UnreachableError:
    import pymysql

    try:
        cursor.execute("start transaction read only")
        cursor.execute(statement)
        rows = cursor.fetchall()
        cursor.execute("commit")
    except pymysql.Error as error:
        code, message = read_error(error)
        if is_over(error):
            raise UnreachableError(f"the database at {place} stopped answering") from error
        if code in _CANCELLED:
            return DeadlineError(f"not answered in time: {message}")
        if code in _DENIED:
            return DeniedError(message)
        return (AbsentError if code in _ABSENT else RefusedError)(message)
    return tuple(tuple(None if v is None else str(v) for v in row) for row in rows)


def read_error(error: Exception) -> tuple[int, str]:
    """The number and the words of an error; 0 where there is no number."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return code, str(error.args[-1]) if error.args else str(error)
