"""PostgreSQL through psycopg: one connection, one round trip, nothing but reading."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    NotInstalledError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    import psycopg

    from safeguards.system.database import Address, Rows

PASSED_ON = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs", "gssencmode"}
)
"""URL options that libpq understands; those of other drivers mean nothing to it."""

_ABSENT = frozenset({"42P01", "3F000", "42703"})
_CANCELLED = frozenset({"57014", "55P03"})


def ask(
    address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused; `timeout` is seconds for each wait.

    The transaction is read-only. Raises `NotInstalledError` without psycopg, `RefusedError` when
    the server refuses the login, `UnreachableError` when it cannot be reached or goes away.
    """
    connection = connect(address, timeout)
    import psycopg

    with connection:
        try:
            return _answers(connection, statements, timeout)
        except psycopg.OperationalError as error:
            raise no_answer(address, timeout) from error


def connect(address: Address, timeout: float, **settings: object) -> psycopg.Connection:
    """A session that commits each statement; `settings` are libpq's own.

    Raises `NotInstalledError` without psycopg, `RefusedError` when the server refuses the login,
    `UnreachableError` when it cannot be reached within `timeout` seconds.
    """
    driver = _driver()
    given = {**_arguments(address, timeout), **settings}
    try:
        connection: psycopg.Connection = driver.connect(**given, autocommit=True)
    except driver.errors.ConnectionTimeout as error:
        raise no_answer(address, timeout) from error
    except driver.OperationalError as error:
        raise _refused(address, error) from error
    return connection


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise NotInstalledError(
            f"psycopg, which asks PostgreSQL, cannot be imported: {error}",
            hint="pip install 'safeguards[postgres]', or set database.container",
        ) from error
    return psycopg


def _arguments(address: Address, timeout: float) -> Mapping[str, Any]:
    given: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password,
        "dbname": address.database,
    }
    options = {key: value for key, value in address.options.items() if key in PASSED_ON}
    ssl = address.options.get("ssl", "")
    if ssl and "sslmode" not in options:
        options["sslmode"] = {"true": "require", "1": "require", "false": "disable"}.get(ssl, ssl)
    return {
        **{key: value for key, value in given.items() if value},
        **options,
        "connect_timeout": max(round(timeout), 2),
        "application_name": "safeguards",
    }


def _answers(
    connection: psycopg.Connection, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """All in one round trip; only when one is refused, each alone, to learn which."""
    import psycopg

    try:
        return tuple(_run(connection, statements, timeout))
    except psycopg.OperationalError:
        if connection.closed:
            raise
    except psycopg.Error:
        pass
    return tuple(_alone(connection, statement, timeout) for statement in statements)


def _alone(
    connection: psycopg.Connection, statement: str, timeout: float
) -> Rows | UnreachableError:
    import psycopg

    try:
        return _run(connection, [statement], timeout)[0]
    except psycopg.Error as error:
        if connection.closed:
            raise
        message = (error.diag.message_primary or str(error)).strip()
        if error.sqlstate in _CANCELLED:
            return DeadlineError(f"not answered within {timeout:g} s: {message}")
        return (AbsentError if error.sqlstate in _ABSENT else RefusedError)(message)


def _run(connection: psycopg.Connection, statements: Sequence[str], timeout: float) -> list[Rows]:
    limit = max(round(timeout * 800), 100)
    script = [
        "rollback; begin transaction read only",
        f"set local statement_timeout = {limit}",
        f"set local lock_timeout = {limit}",
        *statements,
        "commit",
    ]
    if connection.info.transaction_status.name == "IDLE":
        script[0] = "begin transaction read only"
    results: list[Rows] = []
    with watched(connection, timeout), connection.cursor() as cursor:
        cursor.execute("; ".join(script).encode())
        while True:
            if cursor.description is not None:
                results.append(tuple(tuple(_text(v) for v in row) for row in cursor.fetchall()))
            if not cursor.nextset():
                return results


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@contextmanager
def watched(connection: psycopg.Connection, timeout: float) -> Iterator[None]:
    """Hang up after `timeout` seconds, when the server itself no longer keeps its own limit."""
    watchdog = threading.Timer(timeout, _hang_up, [connection.fileno()])
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _hang_up(descriptor: int) -> None:
    """End a connection whose server stopped answering; the reader then sees it closed."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as duplicate:
            duplicate.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def no_answer(address: Address, timeout: float) -> DeadlineError:
    """The error for a server that says nothing."""
    return DeadlineError(
        f"the database at {_place(address)} did not answer within {timeout:g} s",
        hint="is it overloaded, stopped, or behind a firewall that drops packets?",
    )


def _refused(address: Address, error: psycopg.OperationalError) -> UnreachableError:
    message = " ".join(str(error).split())
    if "FATAL:" in message:
        reason = message.rpartition("FATAL:")[2].strip()
        return RefusedError(
            f"the database at {_place(address)} refused the login: {reason}",
            hint="check user, password and name in database.url",
        )
    return UnreachableError(
        f"the database at {_place(address)} cannot be reached: {message}",
        hint="is it running, and is the port reachable from here?",
    )


def _place(address: Address) -> str:
    return f"{address.host or 'the local socket'}:{address.port or 5432}"
