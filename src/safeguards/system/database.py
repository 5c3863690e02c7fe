"""Database URLs, read by SQLAlchemy: any driver's spelling gives one plain address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from safeguards.errors import ConfigError

Dialect = Literal["postgresql", "mysql", "sqlite"]

Rows = tuple[tuple[str | None, ...], ...]
"""A result: every value as text, NULL as None."""

_DIALECTS: Mapping[str, Dialect] = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "cockroachdb": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}


class Address(msgspec.Struct, frozen=True):
    """Where a database is and who asks. `options` are the URL's query, secrets and all."""

    dialect: Dialect
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = ""
    database: str = ""
    options: Mapping[str, str] = {}

    def __repr__(self) -> str:
        """The address without its password."""
        return f"<{self.dialect} {self.database} at {self.host or 'this machine'}>"


def parse_url(url: str) -> Address:
    """The address in a SQLAlchemy URL. Raises `ConfigError`, which never shows the URL."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "database.url is no SQLAlchemy URL",
            hint="it looks like postgresql://user:password@host:5432/name; "
            "special characters in the password are percent-encoded",
        ) from None
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DIALECTS:
        raise ConfigError(
            f"database.url names the database {backend}, which is not supported",
            hint="supported: postgresql, mysql, mariadb, sqlite",
        )
    options = {key: v if isinstance(v, str) else v[-1] for key, v in parsed.query.items()}
    host, port = parsed.host or options.pop("host", ""), str(parsed.port or options.pop("port", ""))
    if not port.isdecimal() and port:
        raise ConfigError(
            "database.url has a port that is no number", hint="leave it out, or correct it"
        )
    return Address(
        _DIALECTS[backend],
        host,
        int(port) if port else None,
        parsed.username or options.pop("user", ""),
        str(parsed.password or options.pop("password", "")),
        parsed.database or options.pop("dbname", ""),
        options,
    )
