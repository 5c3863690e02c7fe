"""The SQL that the stages ask, for each dialect; pure text. Every identifier is quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.health.wanted import Newest, Record

if TYPE_CHECKING:
    from safeguards.system.database import Dialect

ENOUGH = 10_000
"""Rows after which counting stops when no condition needs more: a large table stays cheap."""

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


def count(record: Record, dialect: Dialect) -> str:
    """One statement with one number: how many rows."""
    if record.sql is not None:
        return f"select * from ({record.sql.strip().rstrip(';')}) as answer"
    table = quoted(record.name, dialect)
    limit = bound(record)
    counted = f"select count(*) from {table}"
    if limit is not None:
        counted = f"select count(*) from (select 1 from {table} limit {limit}) as counted"
    return _estimate(record.name, counted, dialect) if record.estimate else counted


def age(newest: Newest, table: str, dialect: Dialect) -> str:
    """One statement with one number: seconds since the newest row, NULL without rows."""
    column = identifier(newest.column, dialect)
    source = quoted(table, dialect)
    if dialect == "postgresql":
        return f"select extract(epoch from now() - max({column})) from {source}"
    if dialect == "mysql":
        return f"select timestampdiff(second, max({column}), now()) from {source}"
    return f"select strftime('%s', 'now') - strftime('%s', max({column})) from {source}"


def version_table_exists(dialect: Dialect) -> str:
    """One statement with one number: 0 when Alembic's table cannot be seen."""
    if dialect == "postgresql":
        return f"select count(to_regclass('{VERSION_TABLE}'))"
    if dialect == "mysql":
        return (
            "select count(*) from information_schema.tables"
            f" where table_schema = database() and table_name = '{VERSION_TABLE}'"
        )
    return f"select count(*) from sqlite_master where name = '{VERSION_TABLE}'"


def applied_versions() -> str:
    """The rows of Alembic's table."""
    return f"select version_num from {VERSION_TABLE}"


def _estimate(name: str, counted: str, dialect: Dialect) -> str:
    """The planner's number; counted instead where there is none yet."""
    if dialect == "postgresql":
        table = text(quoted(name, dialect), dialect)
        return (
            f"select case when reltuples < 0 then ({counted}) else reltuples::bigint end"
            f" from pg_class where oid = {table}::regclass"
        )
    if dialect == "mysql":
        schema, _, table = name.rpartition(".")
        where = text(schema, dialect) if schema else "database()"
        return (
            f"select coalesce(table_rows, ({counted})) from information_schema.tables"
            f" where table_schema = {where} and table_name = {text(table, dialect)}"
        )
    return counted
