"""SQLite files, opened read-only: asking never creates, locks or changes one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from safeguards.errors import AbsentError, DeadlineError, RefusedError, UnreachableError

if TYPE_CHECKING:
    from safeguards.system.database import Address, Rows


def ask(
    address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused; `timeout` is seconds for everything.

    Raises `UnreachableError` when the file is missing or is no database.
    """
    path = Path(address.database)
    if not path.is_file():
        raise UnreachableError(
            f"there is no SQLite file {path}",
            hint="a relative path in database.url is relative to the configuration file",
        )
    deadline = time.monotonic() + timeout
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=timeout)
        ) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            connection.execute("select count(*) from sqlite_master").fetchone()
            return tuple(_one(connection, statement, timeout) for statement in statements)
    except sqlite3.Error as error:
        raise UnreachableError(f"the SQLite file {path} cannot be read: {error}") from error


def _one(connection: sqlite3.Connection, statement: str, timeout: float) -> Rows | UnreachableError:
    try:
        rows = connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        message = str(error)
        if message.startswith(("no such table", "no such column")):
            return AbsentError(message)
        if message == "interrupted":
            return DeadlineError(f"not answered within {timeout:g} s")
        return RefusedError(message)
    return tuple(tuple(None if v is None else str(v) for v in row) for row in rows)
