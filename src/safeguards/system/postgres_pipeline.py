"""Statements to PostgreSQL in one round trip, each in a transaction of its own, as one message.

The protocol takes a single statement in a message, so that none can end its transaction and go
on outside it.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from psycopg import Connection, pq

    from safeguards.system.database import Rows


class Failure(msgspec.Struct, frozen=True):
    """What the server said instead of rows."""

    sqlstate: str
    message: str


class SilenceError(Exception):
    """The server said nothing for as long as it may."""


class EndedError(Exception):
    """The connection is over."""


def run(connection: Connection, statements: Sequence[str], timeout: float) -> list[Rows | Failure]:
    """The rows of each statement, or its error; no wait for one is longer than `timeout` seconds.

    A transaction is read-only, and the server ends a statement a little earlier by itself. Raises
    `SilenceError` and `EndedError`.
    """
    import psycopg

    wire = _Wire(connection, timeout)
    begin = ("begin transaction read only", _limits(timeout))
    try:
        if psycopg.Pipeline.is_supported():
            return wire.together(begin, statements)
        return [wire.alone(begin, statement) for statement in statements]
    except psycopg.OperationalError as error:
        raise EndedError(str(error)) from error


def _limits(timeout: float) -> str:
    limit = max(round(timeout * 800), 100)
    return (
        f"select set_config('statement_timeout', '{limit}', true),"
        f" set_config('lock_timeout', '{limit}', true)"
    )


class _Wire:
    """One connection, below its cursors: libpq never waits, so that we can count the time."""

    def __init__(self, connection: Connection, timeout: float) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._libpq.nonblocking = 1
        self._timeout = timeout

    def together(self, begin: Sequence[str], statements: Sequence[str]) -> list[Rows | Failure]:
        """All are sent before the first is answered."""
        self._libpq.enter_pipeline_mode()
        for statement in statements:
            for each in (*begin, statement):
                self._send(each)
            self._libpq.pipeline_sync()
            self._send("commit")  # beyond the sync: also where the statement failed
            self._libpq.pipeline_sync()
        self._flush()
        answers = [self._unit(len(begin)) for _ in statements]
        self._libpq.exit_pipeline_mode()
        return answers

    def alone(self, begin: Sequence[str], statement: str) -> Rows | Failure:
        """Each waits for the answer of the one before: for a libpq older than 14."""
        answers: list[Rows | Failure] = []
        for each in (*begin, statement, "commit"):
            self._send(each)
            self._flush()
            answers.append(self._answer())
        failed = [each for each in answers[: len(begin)] if isinstance(each, Failure)]
        return failed[0] if failed else answers[len(begin)]

    def _unit(self, before: int) -> Rows | Failure:
        """The answer of one statement, or the error of what had to come before it."""
        answers = [self._answer() for _ in range(before + 1)]
        self._one()
        self._answer()
        self._one()
        failed = [each for each in answers if isinstance(each, Failure)]
        return failed[0] if failed else answers[-1]

    def _send(self, statement: str) -> None:
        self._libpq.send_query_params(statement.encode(), None)

    def _answer(self) -> Rows | Failure:
        """What comes until the next statement's answer."""
        found: Rows | Failure = ()
        for result in self._results():
            found = _read(result)
        return found

    def _results(self) -> Iterator[pq.abc.PGresult]:
        while (result := self._one()) is not None:
            yield result

    def _one(self) -> pq.abc.PGresult | None:
        until = time.monotonic() + self._timeout
        while self._libpq.is_busy():
            self._wait(until, selectors.EVENT_READ)
            self._libpq.consume_input()
        if self._libpq.status != 0:
            raise EndedError(self._libpq.error_message.decode("utf-8", "replace").strip())
        return self._libpq.get_result()

    def _flush(self) -> None:
        until = time.monotonic() + self._timeout
        while self._libpq.flush():
            self._wait(until, selectors.EVENT_READ | selectors.EVENT_WRITE)
            self._libpq.consume_input()

    def _wait(self, until: float, events: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._libpq.socket, events)
            if not selector.select(max(until - time.monotonic(), 0)):
                raise SilenceError


def _read(result: pq.abc.PGresult) -> Rows | Failure:
    from psycopg.pq import DiagnosticField, ExecStatus

    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY):
        columns = range(result.nfields)
        return tuple(
            tuple(_text(result.get_value(row, column)) for column in columns)
            for row in range(result.ntuples)
        )
    if result.status == ExecStatus.PIPELINE_ABORTED:
        return Failure("25P02", "what came before it failed")
    state = result.error_field(DiagnosticField.SQLSTATE) or b""
    said = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or result.error_message
    return Failure(state.decode(), said.decode("utf-8", "replace").strip())


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")
