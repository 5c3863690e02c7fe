"""MySQL and MariaDB through pymysql, read-only."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    NotInstalledError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from safeguards.system.database import Address, Rows

_ABSENT = frozenset({1049, 1051, 1054, 1146})
_CANCELLED = frozenset({1969, 3024})
_CONNECTION = frozenset({2002, 2003, 2005, 2006, 2013})


def ask(
    address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused; `timeout` is seconds for each wait.

    The session is read-only. Raises `NotInstalledError` without pymysql, `RefusedError` when the
    server refuses the login, `UnreachableError` when it cannot be reached or goes away.
    """
    try:
        import pymysql
    except ImportError as error:
        raise NotInstalledError(
            f"pymysql, which asks MySQL, cannot be imported: {error}",
            hint="pip install 'safeguards[mysql]', or set database.container",
        ) from error
    place = f"{address.host or 'localhost'}:{address.port or 3306}"
    try:
        connection = pymysql.connect(
            host=address.host or "localhost",
            port=address.port or 3306,
            user=address.user or None,
            password=address.password,
            database=address.database or None,
            unix_socket=address.options.get("unix_socket"),
            connect_timeout=max(timeout, 1),
            read_timeout=timeout,
            write_timeout=timeout,
            autocommit=True,
        )
    except pymysql.OperationalError as error:
        code, message = _read(error)
        kind = UnreachableError if code in _CONNECTION else RefusedError
        raise kind(f"the database at {place} cannot be asked: {message}") from error
    except (pymysql.Error, OSError) as error:
        raise UnreachableError(f"the database at {place} cannot be reached: {error}") from error
    with connection, connection.cursor() as cursor:
        _limit(cursor, timeout)
        return tuple(_one(cursor, statement, place) for statement in statements)


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
        code, message = _read(error)
        if code in _CONNECTION or not code:
            raise UnreachableError(f"the database at {place} stopped answering") from error
        if code in _CANCELLED:
            return DeadlineError(f"not answered in time: {message}")
        return (AbsentError if code in _ABSENT else RefusedError)(message)
    return tuple(tuple(None if v is None else str(v) for v in row) for row in rows)


def _read(error: Exception) -> tuple[int, str]:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return code, str(error.args[-1]) if error.args else str(error)
