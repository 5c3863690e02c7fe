"""Stage 4 on the three databases, each asked as `verify` asks it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import pytest
from tests.integration.verify.databases import DIALECTS, TIME, Served
from tests.support.mariadb import MariadbServer
from tests.support.postgres import PostgresServer

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.health.counting import observe
from safeguards.health.database import Driver, UrlDatabase
from safeguards.health.stages.records import by_hand, judge
from safeguards.health.wanted import Newest, Record
from safeguards.system import mysql, postgres
from safeguards.system.database import Dialect, parse_url


def test_many_tables_are_one_question(served: Served) -> None:
    names = [f"t{number}" for number in range(40)]
    served.sql("".join(f"create table {n} as select 1 as id; " for n in names))
    counted = served.counted(*(Record(name, min=1) for name in names))
    assert [each.rows for each in counted] == [1] * 40
    assert len(served.asked) == 1
    assert served.dialect != "mysql" or len(served.asked[0]) == 1


def test_a_table_that_is_missing_leaves_the_others_their_count(served: Served) -> None:
    served.sql("create table t as select 1 as id")
    first, absent, last = served.counted(Record("t", min=1), Record("nope"), Record("t", min=1))
    assert (first.rows, last.rows) == (1, 1)
    assert isinstance(absent.rows, UnreachableError)
    item = served.item(Record("nope", min=1))
    assert (item.status, item.observed) == ("fail", "not counted")
    assert item.next is not None
    assert "nope" in item.next.command


def test_counting_is_bounded_unless_a_drop_is_to_be_seen(served: Served) -> None:
    series = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "
    limit = "set max_recursive_iterations = 20000; " if served.dialect == "mysql" else ""
    numbers = series.format(12_000) + "select i from n"
    served.sql(f"{limit}create table t (i int); {limit}insert into t {numbers}")
    item = served.item(Record("t", min=1))
    assert (item.status, item.observed) == ("ok", "10000+")
    assert item.measures == {"rows": 10_000, "capped": 1, "estimate": 0, "rows_min": 1}
    dropped = served.item(Record("t", max_drop=0.2), t=16_000)
    assert (dropped.status, dropped.observed) == ("fail", "12000")
    assert dropped.message == "fell from 16000 since the last verified run"
    assert dropped.expected == "at least 12800 (last verified 16000)"
    assert served.item(Record("t", max_drop=0.25), t=16_000).status == "ok"
    first = served.item(Record("t", max_drop=0.2))
    assert (first.status, first.hint) == (
        "ok",
        "no verified count yet: max-drop begins with this one",
    )


FRESHNESS = [
    ((10,), 1200, "ok", ""),
    ((10, 90), 1200, "ok", ""),
    ((90,), 3600, "fail", "the newest row is 54"),
    ((), 3600, "fail", "there is no row with made_at"),
    ((-2,), 3600, "ok", ""),
    ((-120,), 3600, "unknown", "lies ahead of the clock, by 7"),
    ((-525_600, 90), 3600, "fail", "the newest row is 54"),
    ((-525_600, 10), 3600, "ok", ""),
]


def test_freshness(served: Served) -> None:
    for rows, within, status, words in FRESHNESS:
        served.sql("drop table if exists t")
        served.sql(f"create table t (made_at {TIME[served.dialect]} null)")
        values = [served.ago(minutes).replace("--", "+") for minutes in rows]
        served.sql(f"insert into t values {', '.join(f'({each})' for each in ('null', *values))}")
        item = served.item(Record("t", min=1, newest=Newest("made_at", within)))
        assert (item.status, words in item.message) == (status, True), (rows, item)
        assert ("age_seconds" in item.measures) == bool(rows)


def test_a_date_and_a_column_that_is_no_time(served: Served) -> None:
    today = "date('now')" if served.dialect == "sqlite" else "current_date"
    kind = "text" if served.dialect == "sqlite" else "date"
    served.sql(f"create table t (d {kind}, words varchar(20))")
    served.sql(f"insert into t values ({today}, 'soon')")
    assert served.item(Record("t", newest=Newest("d", 90_000))).status == "ok"
    wrong = served.item(Record("t", newest=Newest("words", 60)))
    assert wrong.status in ("unknown", "fail")
    missing = served.item(Record("t", newest=Newest("nope", 60)))
    assert (missing.status, missing.observed) == ("fail", "not counted")


NUMBERS = [
    ("select count(*) from t where id > 1", "ok", "1"),
    ("select count(*) from t; -- all of them", "ok", "2"),
    ("with x as (select id from t) select max(id) from x -- the last", "ok", "2"),
    ("select 0.5", "ok", "0.5"),
    ("select count(*) - 2 from t", "ok", "0"),
    ("select 3.25 from t where id = 1", "fail", "3.25"),
    ("select 3 /* three; */", "fail", "3"),
]


def test_a_query_with_one_number(served: Served) -> None:
    served.sql("create table t (id int)")
    served.sql("insert into t values (1), (2)")
    for sql, status, observed in NUMBERS:
        item = served.item(Record("q", sql=sql, max=2))
        assert (item.status, item.observed) == (status, observed), sql


NO_NUMBERS = [
    ("select id from t where id > 5", "no row"),
    ("select id from t", "several rows"),
    ("select id, word from t where id = 1", "several columns"),
    ("select max(id) from t where id > 5", "NULL"),
    ("select word from t where id = 1", "'one', not a number"),
    ("select 1; select 2", "more than one statement"),
    ("select id from nope", "nope"),
]


def test_a_query_without_one_number_is_never_a_pass(served: Served) -> None:
    served.sql("create table t (id int, word varchar(9))")
    served.sql("insert into t values (1, 'one'), (2, 'two')")
    for sql, words in NO_NUMBERS:
        records = Record("t", min=2), Record("q", sql=sql, max=99)
        commands = by_hand(records, served)
        good, bad = judge(records, served.counted(*records), before={}, by_hand=commands)
        assert (good.status, good.observed) == ("ok", "2")
        assert bad.status == ("fail" if words == "nope" else "unknown"), sql
        assert words in bad.message
        assert (bad.expected, bad.next is not None) == ("at most 99", True)


WRITING = [
    "select 1) as x; drop table t; select * from (select 1",
    "with x as (delete from t returning id) select count(*) from x",
    "select write_it()",
    "select count(*) from t for update",
    "select 1 into outfile '/tmp/never'",
    "select set_config('transaction_read_only', 'off', false)",
    "select set_config('default_transaction_read_only', 'off', false)",
]


def test_a_query_that_writes_changes_nothing(served: Served) -> None:
    served.sql("create table t (id int)")
    served.sql("insert into t values (1), (2)")
    if served.dialect == "postgresql":
        served.sql(
            "create function write_it() returns int language sql as"
            " 'insert into t values (3) returning id'"
        )
    if served.dialect == "mysql":
        served.sql(
            "delimiter //\ncreate function write_it() returns int modifies sql data"
            " begin insert into t values (3); return 3; end //"
        )
    again, kept = Record("again", sql="select write_it()"), Record("t")
    for sql in WRITING:
        counted = served.counted(Record("q", sql=sql, min=0), again, kept)
        assert isinstance(counted[0].rows, UnreachableError) or "update" in sql, sql
        assert isinstance(counted[1].rows, UnreachableError), sql
        assert counted[2].rows == 2, sql
    assert served.counted(kept)[0].rows == 2


@pytest.mark.parametrize("dialect", DIALECTS[:2])
def test_a_slow_query_is_ended_by_the_server(request: pytest.FixtureRequest, dialect: str) -> None:
    fixture = "database" if dialect == "postgresql" else "mysql_database"
    asked = Served(dialect, request.getfixturevalue(fixture), str)  # type: ignore[arg-type]
    sleep = "select pg_sleep(20)" if dialect == "postgresql" else "select sleep(20) from dual"
    drivers: Mapping[Dialect, Driver] = {"postgresql": postgres.ask, "mysql": mysql.ask}
    short = UrlDatabase(asked.url, parse=parse_url, drivers=drivers, timeout=1)
    records = Record("q", sql=sleep, max=1), Record("one", sql="select 1", max=1)
    slow, one = observe(records, short)
    assert isinstance(slow.rows, DeadlineError)
    assert one.rows == 1


@pytest.mark.postgres
def test_an_estimate_says_so_and_what_has_none_is_counted(
    postgres_server: PostgresServer, database: str
) -> None:
    name = database.rpartition("/")[2]
    served = Served("postgresql", database, lambda sql: postgres_server.sql(sql, database=name))
    served.sql(
        "create table big (id int) with (autovacuum_enabled = off);"
        "create table parts (id int) partition by range (id);"
        "create table low partition of parts for values from (0) to (50000);"
        "create table high partition of parts for values from (50000) to (90000);"
        "insert into big select generate_series(1, 30000);"
        "insert into parts select generate_series(1, 60000)"
    )
    fresh = served.item(Record("big", min=1, estimate=True))
    assert (fresh.observed, fresh.message, fresh.measures["estimate"]) == ("10000+", "", 0)
    served.sql("analyze big; analyze low; analyze high")
    big = served.item(Record("big", min=40_000, estimate=True))
    assert (big.status, big.observed, big.message) == ("fail", "30000", "too few rows (estimate)")
    parts = served.item(Record("parts", min=1, estimate=True))
    assert (parts.observed, parts.message) == ("60000", "estimate")
    assert served.item(Record("nope", estimate=True, min=1)).status == "fail"


@pytest.mark.mariadb
def test_an_estimate_of_mariadb(mariadb_server: MariadbServer, mysql_database: str) -> None:
    name = mysql_database.rpartition("/")[2]
    served = Served("mysql", mysql_database, lambda sql: mariadb_server.sql(sql, database=name))
    served.sql("create table t as select 1 as id; analyze table t")
    assert served.item(Record("t", min=1, estimate=True)).message == "estimate"
    assert served.item(Record(f"{name}.t", min=1, estimate=True)).status == "ok"
    absent = served.item(Record("nope", min=1, estimate=True))
    assert (absent.status, "no" in absent.message) == ("fail", True)


@pytest.mark.postgres
def test_the_grant_that_is_missing(postgres_server: PostgresServer, database: str) -> None:
    name = database.rpartition("/")[2]
    reader = f'r"{name[-8:]}'
    quoted = '"' + reader.replace('"', '""') + '"'
    sql = f"create role {quoted} login password 'x'; create table t (id int); create schema audit;"
    postgres_server.sql(f"{sql} create table audit.t (id int)", database=name)
    try:
        url = f"postgresql://{quote(reader)}:x@{postgres_server.host}:{postgres_server.port}/{name}"
        served = Served("postgresql", url, str)
        item = served.item(Record("t", min=1))
        assert (item.status, item.message) == ("unknown", "permission denied for table t")
        assert item.hint == f'as its owner: GRANT SELECT ON "t" TO {quoted}'
        hidden = served.item(Record("audit.t", min=1)).hint
        assert hidden == f"as its owner: GRANT USAGE ON SCHEMA audit TO {quoted}"
        for grant in (item.hint, hidden):
            postgres_server.sql(grant.partition(": ")[2], database=name)
        assert served.item(Record("t", min=0)).status == "ok"
    finally:
        postgres_server.sql(f"drop owned by {quoted}; drop role {quoted}", database=name)


@pytest.mark.mariadb
def test_the_grant_that_is_missing_in_mariadb(
    mariadb_server: MariadbServer, mysql_database: str
) -> None:
    name = mysql_database.rpartition("/")[2]
    user = f"r{name[-8:]}"
    mariadb_server.sql(
        f"create user {user}@'%' identified by 'x'; create table seen (id int);"
        f"create table t (id int); grant select on {name}.seen to {user}@'%'",
        database=name,
    )
    try:
        served = Served("mysql", mariadb_server.url(name, user=user, password="x"), str)
        item = served.item(Record("t", min=0))
        assert (item.status, item.hint) == (
            "unknown",
            f"as its owner: GRANT SELECT ON `t` TO '{user}'@'%'",
        )
        mariadb_server.sql(item.hint.partition(": ")[2], database=name)
        assert served.item(Record("t", min=0)).status == "ok"
    finally:
        mariadb_server.sql(f"drop user {user}@'%'")
