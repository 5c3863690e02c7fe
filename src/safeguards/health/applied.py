"""What a database says of itself: the revisions it is at, by which table, and what is half-done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import AbsentError, RefusedError, UnreachableError
from safeguards.health import grants, leftovers, statements
from safeguards.migrations.version_table import VersionTable

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.health.leftovers import Leftover
    from safeguards.system.database import Dialect, Rows

    Answer = Rows | UnreachableError


class Applied(msgspec.Struct, frozen=True):
    """The revisions in `table`; `missing` is that there is no such table.

    `others` may be the version table just as well, and nobody said which is meant. `unlooked` is
    why what half-done migrations left could not be looked for.
    """

    ids: frozenset[str] = frozenset()
    table: VersionTable = VersionTable()
    missing: bool = False
    others: tuple[str, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    unlooked: str = ""


class Seen(msgspec.Struct, frozen=True):
    """One answer, before it is decided which table is meant. `tables` are all that may be it."""

    dialect: Dialect
    who: str
    wanted: VersionTable | None
    rows: Answer
    tables: tuple[VersionTable, ...] = ()
    visible: bool = False
    leftovers: tuple[Leftover, ...] = ()
    unlooked: str = ""


def ask(database: Database, wanted: VersionTable | None) -> Seen:
    """Ask all in one round trip, of `wanted` or else of the table that Alembic takes by itself.

    Raises `UnreachableError` when there is no database to ask.
    """
    asked: list[Dialect] = []
    table = wanted or VersionTable()

    def write(dialect: Dialect) -> tuple[str, ...]:
        asked.append(dialect)
        written = [grants.asker(dialect), statements.version_tables(dialect)]
        written.append(statements.applied_versions(table, dialect))
        return (*written, *([leftovers.QUERY] if dialect == "postgresql" else []))

    who, tables, rows, *rest = database.ask(write)
    listed = () if isinstance(tables, UnreachableError) else tables
    half_done = rest[0] if rest else ()
    unlooked = half_done.message if isinstance(half_done, UnreachableError) else ""
    return Seen(
        asked[-1],
        grants.read(who),
        wanted,
        rows,
        tuple(VersionTable(str(row[1]), row[0] or None) for row in listed),
        any(row[1] == table.name and row[2] == "1" for row in listed),
        () if isinstance(half_done, UnreachableError) else leftovers.read(half_done),
        unlooked,
    )


def settle(
    seen: Seen, database: Database, stated: Callable[[], VersionTable | None]
) -> Applied | UnreachableError:
    """The revisions of the table that is meant, asked once more where that is another one.

    `stated` reads what env.py names; it is only called where the catalog leaves a choice.
    """
    try:
        found = _settle(seen, database, stated)
        return msgspec.structs.replace(found, leftovers=seen.leftovers, unlooked=seen.unlooked)
    except UnreachableError as error:
        return error


def _settle(seen: Seen, database: Database, stated: Callable[[], VersionTable | None]) -> Applied:
    table = seen.wanted or VersionTable()
    if seen.wanted is not None and (table.schema or seen.visible):
        return _applied(seen, table, seen.rows)
    if seen.wanted is None and any(not _same(each, table, seen) for each in seen.tables):
        known = stated()
        if known is not None and (known.name != table.name or known.schema):
            return _asked(seen, known, database)
        if known is None and seen.visible:
            others = tuple(shown(each) for each in seen.tables if not _same(each, table, seen))
            return msgspec.structs.replace(_applied(seen, table, seen.rows), others=others)
        if known is None and not seen.visible:
            return _asked(seen, _only(seen.tables), database)
    elsewhere = [each for each in seen.tables if each.name == table.name]
    if seen.visible or not elsewhere:
        return _applied(seen, table, seen.rows)
    return _asked(seen, _only(tuple(elsewhere)), database)


def _only(tables: tuple[VersionTable, ...]) -> VersionTable:
    if len(tables) == 1:
        return tables[0]
    names = ", ".join(shown(each) for each in tables)
    raise UnreachableError(
        f"which table has Alembic's revisions: {names}?",
        hint="set alembic.version-table-schema or alembic.version-table of the target",
    )


def _same(each: VersionTable, table: VersionTable, seen: Seen) -> bool:
    """Whether this is the table that was asked: of one name the catalog lists the visible first."""
    first = next((other for other in seen.tables if other.name == table.name), None)
    return seen.visible and each == first


def _asked(seen: Seen, table: VersionTable, database: Database) -> Applied:
    (rows,) = database.ask(lambda dialect: (statements.applied_versions(table, dialect),))
    return _applied(seen, table, rows)


def _applied(seen: Seen, table: VersionTable, rows: Answer) -> Applied:
    if isinstance(rows, AbsentError):
        return Applied(table=table, missing=True)
    if isinstance(rows, RefusedError):
        raise grants.advised(rows, shown(table), seen.who, seen.dialect)
    if isinstance(rows, UnreachableError):
        raise rows
    ids = frozenset(row[0] for row in rows if row and row[0] is not None)
    return Applied(ids, table)


def shown(table: VersionTable) -> str:
    """A table's name for people."""
    return f"{table.schema}.{table.name}" if table.schema else table.name
