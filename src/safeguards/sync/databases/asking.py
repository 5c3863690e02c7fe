"""Answers of a database, read: the one rows that were asked for, or the error that came instead."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.system.database import Rows

MOST_LINES = 20_000
"""Lines of a catalog that are kept as they are; the others become one hash."""

_LITERAL = re.compile(
    r"(?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z)|'(?:[^'\\]|''|\\.)*(?:'|\Z)|\b\d+(?:\.\d+)?\b", re.DOTALL
)


def ask(database: Database, *statements: str) -> Rows:
    """The rows of the last statement; raises what the database answered instead to any."""
    rows: Rows = ()
    for answer in database.ask(lambda _: statements):
        if isinstance(answer, UnreachableError):
            raise answer
        rows = answer
    return rows


def one(database: Database, statement: str) -> str | None:
    """The first value of the first row; None without rows."""
    rows = ask(database, statement)
    return rows[0][0] if rows else None


def lines(rows: Rows) -> tuple[str, ...]:
    """The first column, each value as one line, sorted, at most `MOST_LINES` and one."""
    return bounded(sorted(" ".join((row[0] or "").split()) for row in rows))


def bounded(given: Iterable[str]) -> tuple[str, ...]:
    """The lines, with a hash in the place of those that are too many."""
    every = tuple(given)
    rest = every[MOST_LINES:]
    if not rest:
        return every
    digest = hashlib.sha256("\n".join(rest).encode()).hexdigest()
    return (*every[:MOST_LINES], f"and {len(rest)} more lines, sha256 {digest}")


def masked(query: str | None) -> str:
    """The first line of a query with `?` for each value in it."""
    cleaned = _LITERAL.sub("?", (query or "").strip())
    return cleaned.partition("\n")[0].strip()[:300]
