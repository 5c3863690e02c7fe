"""What to grant to whom, where a database refuses to be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safeguards.errors import DeniedError, UnreachableError
from safeguards.health import statements

if TYPE_CHECKING:
    from safeguards.system.database import Dialect, Rows

_SCHEMA = re.compile(r"permission denied for schema (.+)")
_SELECT = re.compile(r"SELECT command denied .* for table (.+)", re.DOTALL)

SOMEBODY = "the user that asks"


def asker(dialect: Dialect) -> str:
    """One statement with who asks, as `GRANT … TO` wants it."""
    if dialect == "postgresql":
        return "select quote_ident(current_user)"
    if dialect == "mysql":
        parts = (f"quote(substring_index(current_user(), '@', {end}))" for end in (1, -1))
        return f"select concat_ws('@', {', '.join(parts)})"
    return "select ''"


def read(answer: Rows | UnreachableError) -> str:
    """What `asker` was answered."""
    known = not isinstance(answer, UnreachableError) and answer and answer[0][0]
    return known or SOMEBODY


def advised(error: UnreachableError, table: str, who: str, dialect: Dialect) -> UnreachableError:
    """The error; one about a permission with the grant that is missing."""
    if not isinstance(error, DeniedError):
        return error
    schema = _SCHEMA.match(error.message)
    if schema:
        needed = f"GRANT USAGE ON SCHEMA {schema[1]} TO {who}"
    elif table:
        needed = f"GRANT SELECT ON {statements.quoted(table, dialect)} TO {who}"
    else:
        return DeniedError(error.message, hint=f"grant {who} what the query reads")
    return DeniedError(error.message, hint=f"as its owner: {needed}")
