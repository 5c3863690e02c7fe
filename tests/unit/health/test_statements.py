from __future__ import annotations

import sqlite3

import pytest

from safeguards.health import statements
from safeguards.health.wanted import Newest, Record
from safeguards.system.database import Dialect

ODD = ['we"ird', "semi;colon", "drop'table", "back`tick", "per%cent", "ta ble", "été", "se\\lect"]


@pytest.mark.parametrize("name", ODD)
def test_any_table_name_is_counted_as_itself(name: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        quoted = name.replace('"', '""')
        connection.executescript(f'create table "{quoted}"(id); insert into "{quoted}" values (1)')
        written = statements.count(Record(name, min=1), "sqlite")
        assert connection.execute(written).fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    ("name", "dialect", "sql"),
    [
        ("audit.events", "postgresql", '"audit"."events"'),
        ('a"b', "postgresql", '"a""b"'),
        ("a`b", "mysql", "`a``b`"),
        ("x.y.z", "postgresql", '"x"."y.z"'),
    ],
)
def test_identifiers_are_quoted(name: str, dialect: Dialect, sql: str) -> None:
    assert statements.quoted(name, dialect) == sql


def test_counting_stops_where_no_condition_needs_more() -> None:
    assert statements.bound(Record("t", min=1)) == 10_000
    assert statements.bound(Record("t", min=50_000)) == 50_000
    assert statements.bound(Record("t", max=50_000)) == 50_001
    assert statements.bound(Record("t", max_drop=0.1)) is None


def test_a_query_of_the_users_cannot_bring_a_second_statement() -> None:
    written = statements.count(Record("q", sql=" select 1 ;; "), "postgresql")
    assert written == "select * from (\nselect 1\n) as answer limit 2"


def test_the_age_of_the_newest_row() -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(
            "create table t(at); insert into t values (datetime('now', '-90 seconds')), (null)"
        )
        written = statements.age(Newest("at", 60), "t", "sqlite")
        assert 89 <= connection.execute(written).fetchone()[0] <= 92
    connection.close()


def test_a_literal_cannot_end_early() -> None:
    assert statements.text("a'b\\", "postgresql") == "'a''b\\'"
    assert statements.text("a'b\\", "mysql") == "'a''b\\\\'"
