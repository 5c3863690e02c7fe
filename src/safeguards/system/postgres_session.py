"""A session of PostgreSQL that stays open: what a lock lives in. For one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import RefusedError, UnreachableError
from safeguards.system.postgres import connect, watched

if TYPE_CHECKING:
    from safeguards.system.database import Address, Rows

KEEPALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5}
KEEPALIVE |= {"keepalives_count": 3}


class PostgresSession:
    """One connection through psycopg, each statement committed by itself.

    Made, it is connected: raises what `connect` raises. It ends with this process, however that
    ends.
    """

    def __init__(self, address: Address, name: str, *, timeout: float) -> None:
        self._connection = connect(address, timeout, application_name=name, **KEEPALIVE)

    def ask(self, statement: str, timeout: float) -> Rows:
        """The rows of one statement; raises `RefusedError` when the server says no.

        Raises `UnreachableError` when the session is over; it is ended when there is no answer
        within `timeout` seconds.
        """
        import psycopg

        try:
            with watched(self._connection, timeout), self._connection.cursor() as cursor:
                cursor.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description is not None else []
        except psycopg.Error as error:
            if not self._connection.closed:
                raise RefusedError((error.diag.message_primary or str(error)).strip()) from error
            self.close()
            raise UnreachableError(f"the session with the database ended: {error}") from error
        return tuple(tuple(None if v is None else str(v) for v in row) for row in rows)

    def close(self) -> None:
        """End it; calling twice is harmless."""
        self._connection.close()
