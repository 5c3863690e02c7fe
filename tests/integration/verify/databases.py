"""Fresh databases of the three kinds, asked as `verify` asks them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.support.mariadb import MariadbServer
from tests.support.postgres import PostgresServer

from safeguards.checks import Item
from safeguards.errors import UnreachableError
from safeguards.health.applied import Applied, ask, settle
from safeguards.health.counting import Counted, observe
from safeguards.health.database import Driver, Results, UrlDatabase, Writer
from safeguards.health.stages.records import by_hand, judge
from safeguards.health.wanted import Record
from safeguards.migrations.version_table import VersionTable
from safeguards.system import mysql, postgres, sqlite
from safeguards.system.database import Dialect, parse_url

DIALECTS = [
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("mysql", marks=pytest.mark.mariadb),
    "sqlite",
]
MINUTES_AGO = {
    "postgresql": "now() - interval '{} minutes'",
    "mysql": "now() - interval {} minute",
    "sqlite": "datetime('now', '-{} minutes')",
}
TIME = {"postgresql": "timestamptz", "mysql": "datetime", "sqlite": "text"}


class Served:
    """A fresh database, changed by `sql` and asked by `records`; `round_trips` counts the asks."""

    def __init__(self, dialect: Dialect, url: str, sql: Callable[[str], object]) -> None:
        self.dialect, self.url, self.sql = dialect, url, sql
        self.asked: list[tuple[str, ...]] = []
        drivers: Mapping[Dialect, Driver] = {
            "postgresql": postgres.ask,
            "mysql": mysql.ask,
            "sqlite": sqlite.ask,
        }
        self._database = UrlDatabase(url, parse=parse_url, drivers=drivers, timeout=5)

    def ask(self, write: Writer) -> Results:
        """As a database that is told what was asked."""

        def noted(dialect: Dialect) -> tuple[str, ...]:
            self.asked.append(write(dialect))
            return self.asked[-1]

        return self._database.ask(noted)

    def by_hand(self, write: Callable[[Dialect], str], /) -> str:
        """As the database itself."""
        return self._database.by_hand(write)

    def counted(self, *records: Record) -> tuple[Counted, ...]:
        """What `verify` is told of these records."""
        return observe(records, self)

    def item(self, record: Record, **before: int) -> Item:
        """What `verify` says of one record."""
        commands = by_hand((record,), self)
        (item,) = judge((record,), self.counted(record), before=before, by_hand=commands)
        return item

    def ago(self, minutes: int) -> str:
        """SQL for a time of this dialect."""
        return MINUTES_AGO[self.dialect].format(minutes)

    def applied(
        self, wanted: VersionTable | None = None, stated: VersionTable | None = None
    ) -> Applied:
        """What `verify` is told of the version table; raises why it is not."""
        found = settle(ask(self, wanted), self, lambda: stated)
        if isinstance(found, UnreachableError):
            raise found
        return found


@contextmanager
def serving(request: pytest.FixtureRequest, dialect: Dialect, folder: Path) -> Iterator[Served]:
    """A fresh database of a kind, by the fixtures of the kit."""
    if dialect == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = request.getfixturevalue("database")
        name = url.rpartition("/")[2]
        yield Served(dialect, url, lambda script: server.sql(script, database=name))
    elif dialect == "mysql":
        other: MariadbServer = request.getfixturevalue("mariadb_server")
        url = request.getfixturevalue("mysql_database")
        name = url.rpartition("/")[2]
        yield Served(dialect, url, lambda script: other.sql(script, database=name))
    else:
        with closing(sqlite3.connect(folder / "app.db")) as connection:
            yield Served(dialect, f"sqlite:///{folder}/app.db", connection.executescript)
