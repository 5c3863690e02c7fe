"""Commands with which a person asks a database what we asked it; none holds a password."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeguards.system.database import Address, Dialect

_FLAGS: Mapping[Dialect, tuple[str, ...]] = {
    "postgresql": ("psql", "-h", "-p", "-U", "-d", "-c"),
    "mysql": ("mysql", "-h", "-P", "-u", "-D", "-p", "-e"),
}
"""The program, its flags for host, port, user and database, and those before the statement."""


def one_line(statement: str) -> str:
    """The statement as it can be shown and typed on one line; not one with a comment."""
    if "--" in statement or "#" in statement:
        return statement
    return " ".join(filter(None, (line.strip() for line in statement.split("\n"))))


def client(address: Address, statement: str) -> str:
    """The database's own client with one statement; it asks for the password itself."""
    if address.dialect == "sqlite":
        return shlex.join(["sqlite3", address.database, statement])
    program, host, port, user, database, *run = _FLAGS[address.dialect]
    given = (
        (host, address.host),
        (port, str(address.port or "")),
        (user, address.user),
        (database, address.database),
    )
    options = [part for flag, value in given if value for part in (flag, value)]
    return shlex.join([program, *options, *run, statement])
