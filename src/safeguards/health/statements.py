"""The SQL that the stages ask, for each dialect; pure text. Every identifier is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeguards.health.postgres_names import OURS
from safeguards.health.queries import single
from safeguards.health.wanted import Newest, Record

if TYPE_CHECKING:
    from safeguards.migrations.version_table import VersionTable
    from safeguards.system.database import Dialect

ENOUGH = 10_000
"""Rows after which counting stops when no condition needs more: a large table stays cheap."""

MOST_ROWS = 2
"""Rows of a person's query that are fetched: the second tells that it is not one number."""

VERSION_TABLE = "alembic_version"


def identifier(name: str, dialect: Dialect) -> str:
    """One name as SQL, whatever characters it has."""
    mark = "`" if dialect == "mysql" else '"'
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def quoted(name: str, dialect: Dialect) -> str:
    """A table's name as SQL; what stands before the first dot is its schema."""
    return ".".join(identifier(part, dialect) for part in name.split(".", 1))


def text(value: str, dialect: Dialect) -> str:
    """A string literal; MySQL alone reads backslashes in it."""
    escaped = value.replace("\\", "\\\\") if dialect == "mysql" else value
    return "'" + escaped.replace("'", "''") + "'"


def bound(record: Record) -> int | None:
    """How far a record's rows are counted; None is to the end."""
    if record.max_drop is not None or record.sql is not None:
        return None
    return max(ENOUGH, record.min or 0, (record.max or 0) + 1)


ESTIMATED = "~"
"""Stands before a number that is the planner's estimate."""

AHEAD = 300
"""Seconds that a time may lie ahead of the database's clock and still be taken for now."""


def count(record: Record, dialect: Dialect) -> str:
    """One statement with one number: how many rows.

    Raises `RefusedError` for a query that is no single one.
    """
    if record.sql is not None:
        own = single(record.sql, dialect)
        return f"select * from (\n{own}\n) as answer limit {MOST_ROWS}"
    table = quoted(record.name, dialect)
    limit = bound(record)
    counted = f"select count(*) from {table}"
    if limit is not None:
        counted = f"select count(*) from (select 1 from {table} limit {limit}) as counted"
    return _estimate(record.name, counted, dialect) if record.estimate else counted


def age(newest: Newest, table: str, dialect: Dialect) -> str:
    """One statement with one number: seconds since the newest row, NULL without rows.

    Times ahead of the clock count only where there are no others, and give a negative number.
    What is no time at all is told instead of the number.
    """
    column = identifier(newest.column, dialect)
    source = quoted(table, dialect)
    newest_of = f"select max({column}) from {source}"
    if dialect == "sqlite":
        return _sqlite_age(f"{source}.{column}", source)
    if dialect == "postgresql":
        limit = f"now() + interval '{AHEAD} seconds'"
        last = f"coalesce(({newest_of} where {column} <= {limit}), ({newest_of}))"
        return f"select extract(epoch from now() - {last})"
    limit = f"now() + interval {AHEAD} second"
    last = f"coalesce(({newest_of} where {column} <= {limit}), ({newest_of}))"
    return f"select timestampdiff(second, {last}, now())"


def together(written: Sequence[str]) -> str:
    """One statement with the one number of each as its columns."""
    return "select " + ", ".join(f"(\n{statement}\n)" for statement in written)


def _sqlite_age(column: str, source: str) -> str:
    """Text is read as SQLite reads it, in UTC; a whole number is seconds since 1970.

    The column stands with its table: SQLite takes an unknown name in quotes alone for a string.
    """
    seconds = (
        f"case typeof({column}) when 'integer' then {column} else strftime('%s', {column}) end"
    )
    seconds = f"cast({seconds} as integer)"
    limit = f"strftime('%s', 'now') + {AHEAD}"
    last = f"coalesce(max(case when {seconds} <= {limit} then {seconds} end), max({seconds}))"
    return f"select coalesce(strftime('%s', 'now') - {last}, max({column})) from {source}"


def version_tables(dialect: Dialect) -> str:
    """One statement with all tables that Alembic may keep its revisions in: schema, name, 1 or 0.

    1 means that the name alone finds it; that one comes first. A table of one column is Alembic's
    by the name of the column, any other by its own.
    """
    if dialect == "postgresql":
        return f"""
select n.nspname, c.relname, pg_table_is_visible(c.oid)::int
from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where a.attname = 'version_num' and not a.attisdropped and c.relkind in ('r', 'p', 'v') and {OURS}
    and (c.relname = '{VERSION_TABLE}' or 1 = (select count(*) from pg_attribute o
        where o.attrelid = c.oid and o.attnum > 0 and not o.attisdropped))
order by 3 desc, 1, 2 limit 50"""
    if dialect == "mysql":
        return f"""
select '', c.table_name, 1 from information_schema.columns c
where c.table_schema = database() and c.column_name = 'version_num'
    and (c.table_name = '{VERSION_TABLE}' or not exists (
        select 1 from information_schema.columns o where o.table_schema = database()
            and o.table_name = c.table_name and o.column_name <> 'version_num'))
order by 2 limit 50"""
    return f"""
select '', m.name, 1 from sqlite_master m
where exists (select 1 from pragma_table_info(m.name) where name = 'version_num')
    and (m.name = '{VERSION_TABLE}' or 1 = (select count(*) from pragma_table_info(m.name)))
order by 2 limit 50"""


def applied_versions(table: VersionTable, dialect: Dialect) -> str:
    """The rows of Alembic's table."""
    return f"select version_num from {_named(table, dialect)}"


def forget(table: VersionTable, revision: str, dialect: Dialect) -> str:
    """Take one row out of Alembic's table; for people."""
    return f"delete from {_named(table, dialect)} where version_num = {text(revision, dialect)}"


def _named(table: VersionTable, dialect: Dialect) -> str:
    """Alembic's own name needs no quotes, which people would have to type."""
    parts = [part for part in (table.schema, table.name) if part]
    if parts == [VERSION_TABLE]:
        return VERSION_TABLE
    return ".".join(identifier(part, dialect) for part in parts)


def _estimate(name: str, counted: str, dialect: Dialect) -> str:
    """The planner's number with its mark; counted instead where there is none yet."""
    if dialect == "postgresql":
        table = text(quoted(name, dialect), dialect)
        return (
            "select case when coalesce(sum(c.reltuples), 0) <= 0 or bool_or(c.reltuples < 0)"
            f" then ({counted})::text else '{ESTIMATED}' || sum(c.reltuples)::bigint end"
            f" from (select {table}::regclass as oid) as wanted"
            " left join lateral (select relid from pg_partition_tree(wanted.oid) where isleaf"
            " union select wanted.oid) as part on true"
            " left join pg_class c on c.oid = part.relid and c.relkind in ('r', 'm')"
        )
    if dialect == "mysql":
        schema, _, table = name.rpartition(".")
        where = text(schema, dialect) if schema else "database()"
        return (
            f"select coalesce(concat('{ESTIMATED}', table_rows), ({counted}))"
            " from information_schema.tables"
            f" where table_schema = {where} and table_name = {text(table, dialect)}"
        )
    return counted
