"""Sessions of a project's own engine, beside its connection: what `alembic_lock` uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeguards.errors import RefusedError, UnreachableError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from safeguards.system.database import Rows


class EngineSession:
    """A connection of its own that commits each statement by itself, with any driver.

    Made, it is connected, and has run `begin`; raises `UnreachableError`. It never goes back into
    a pool: what is locked in it ends with it.
    """

    def __init__(self, engine: Engine, begin: Sequence[str] = ()) -> None:
        try:
            self._connection: Connection | None = _apart(engine).connect()
            self._connection.detach()
        except Exception as error:
            raise UnreachableError(f"the database cannot be reached: {error}") from error
        for statement in begin:
            with suppress(RefusedError):
                self.ask(statement, 0)

    def ask(self, statement: str, timeout: float) -> Rows:
        """The rows of one statement; raises `RefusedError` when the server says no.

        Raises `UnreachableError` when the session is over. How long it may take is a setting of
        the session's.
        """
        from sqlalchemy.exc import DBAPIError

        if self._connection is None:
            raise UnreachableError("the session with the database ended")
        try:
            result = self._connection.exec_driver_sql(statement)
            rows = result.fetchall() if result.returns_rows else ()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise RefusedError(str(error.orig)) from error
            self.close()
            raise UnreachableError(f"the session with the database ended: {error.orig}") from error
        return tuple(tuple(_text(value) for value in row) for row in rows)

    def close(self) -> None:
        """End it; calling twice is harmless."""
        from sqlalchemy.exc import DBAPIError

        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
        self._connection = None


@contextmanager
def beside(connection: Connection) -> Iterator[Connection]:
    """Another connection to the same database, which keeps no transaction open."""
    with _apart(connection.engine).connect() as other:
        yield other


def sqlite_file(connection: Connection) -> Path | None:
    """The file of a SQLite database; None for one in memory."""
    with beside(connection) as other:
        rows = other.exec_driver_sql("pragma database_list").fetchall()
    main = next((row[2] for row in rows if row[1] == "main"), "")
    return Path(main).resolve() if main else None


def _apart(engine: Engine) -> Engine:
    """`no_parameters`: a percent sign in a statement is one."""
    return engine.execution_options(isolation_level="AUTOCOMMIT", no_parameters=True)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
