"""A session of MySQL or MariaDB that stays open: what a lock lives in. For one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import RefusedError, UnreachableError
from safeguards.system.mysql import connect, is_over, read_error

if TYPE_CHECKING:
    from safeguards.system.database import Address, Rows


class MysqlSession:
    """One connection through pymysql, each statement committed by itself.

    Made, it is connected: raises what `connect` raises. It ends with this process, however that
    ends. `name` is told to the server as the program's.
    """

    def __init__(self, address: Address, name: str, *, timeout: float) -> None:
        self._connection = connect(address, timeout, program_name=name)

    def ask(self, statement: str, timeout: float) -> Rows:
        """The rows of one statement; raises `RefusedError` when the server says no.

        Raises `UnreachableError` when the session is over; it is ended when there is no answer
        within the seconds that it was made with.
        """
        import pymysql

        if not self._connection.open:
            raise UnreachableError("the session with the database ended")
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)
                rows = cursor.fetchall()
        except (pymysql.Error, OSError) as error:
            _, message = read_error(error)
            if not is_over(error):
                raise RefusedError(message) from error
            self.close()
            raise UnreachableError(f"the session with the database ended: {message}") from error
        return tuple(tuple(None if v is None else str(v) for v in row) for row in rows)

    def close(self) -> None:
        """End it; calling twice is harmless."""
        if self._connection.open:
            self._connection.close()
