"""PostgreSQL through psycopg: one connection, one round trip, nothing but reading."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    DeniedError,
    NotInstalledError,
    RefusedError,
    UnreachableError,
)
from safeguards.system import postgres_pipeline as pipeline

if TYPE_CHECKING:
    import psycopg

    from safeguards.system.database import Address, Rows

PASSED_ON = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs", "gssencmode"}
)
"""URL options that libpq understands; those of other drivers mean nothing to it."""

_ABSENT = frozenset({"42P01", "3F000", "42703"})
_CANCELLED = frozenset({"57014", "55P03"})
_DENIED = frozenset({"42501"})

_HINTS = (
    ("too many", "end idle sessions, or raise max_connections; see pg_stat_activity"),
    ("connection slots", "end idle sessions, or raise max_connections; see pg_stat_activity"),
    ("pg_hba.conf", "allow this host in the server's pg_hba.conf, or set database.container"),
    ("startup parameter", "add it to ignore_startup_parameters of pgbouncer"),
    ("the database system is", "wait until it takes connections again; see its log"),
)
"""What to do about a refused session, by what the server said; else it is about the login."""

_NOT_NOW = ("too many", "connection slots", "the database system is")
"""Refusals that are about the server's state, whoever asks."""


def ask(
    address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused; `timeout` is seconds for each wait.

    The transaction is read-only. Raises `NotInstalledError` without psycopg, `RefusedError` when
    the server refuses the login, `UnreachableError` when it cannot be reached or goes away.
    """
    with closing(connect(address, timeout)) as connection:
        try:
            answers = pipeline.run(connection, statements, timeout)
        except pipeline.SilenceError as error:
            raise no_answer(address, timeout) from error
        except pipeline.EndedError as error:
            raise UnreachableError(
                f"the database at {_place(address)} ended the session: {error}",
                hint="was it restarted just now? ask again",
            ) from error
    return tuple(
        _refusal(answer, timeout) if isinstance(answer, pipeline.Failure) else answer
        for answer in answers
    )


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
        "client_encoding": "UTF8",
    }


def _refusal(failure: pipeline.Failure, timeout: float) -> UnreachableError:
    if failure.sqlstate in _CANCELLED:
        return DeadlineError(f"not answered within {timeout:g} s: {failure.message}")
    if failure.sqlstate in _DENIED:
        return DeniedError(failure.message)
    return (AbsentError if failure.sqlstate in _ABSENT else RefusedError)(failure.message)


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
        hints = [hint for words, hint in _HINTS if words in reason]
        refused = "has no session to give" if _is_for_now(reason) else "refused the login"
        return RefusedError(
            f"the database at {_place(address)} {refused}: {reason}",
            hint=hints[0] if hints else "check user, password and name in database.url",
        )
    return UnreachableError(
        f"the database at {_place(address)} cannot be reached: {message}",
        hint="is it running, and is the port reachable from here?",
    )


def _is_for_now(reason: str) -> bool:
    return any(words in reason for words in _NOT_NOW)


def _place(address: Address) -> str:
    return f"{address.host or 'the local socket'}:{address.port or 5432}"
