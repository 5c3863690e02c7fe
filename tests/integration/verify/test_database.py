from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.integration.verify import servers
from tests.support.postgres import PostgresServer, free_port

from safeguards.errors import (
    AbsentError,
    ConfigError,
    DeadlineError,
    RefusedError,
    UnreachableError,
)
from safeguards.health import statements
from safeguards.health.wanted import Newest, Record
from safeguards.system import mysql, postgres, sqlite
from safeguards.system.database import Address, parse_url

COUNT = "select count(*) from pg_class where relname = 'pg_class'"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgres://u:p@h:1/d", Address("postgresql", "h", 1, "u", "p", "d")),
        ("postgresql+asyncpg://u@h/d", Address("postgresql", "h", None, "u", "", "d")),
        (
            "postgresql+psycopg://u:p%40%2F@h/d?ssl=require",
            Address("postgresql", "h", None, "u", "p@/", "d", {"ssl": "require"}),
        ),
        (
            "postgresql:///d?host=/run/pg&user=u&password=p&port=5433",
            Address("postgresql", "/run/pg", 5433, "u", "p", "d"),
        ),
        ("mariadb+pymysql://u@h/d", Address("mysql", "h", None, "u", "", "d")),
        ("sqlite:///app.db", Address("sqlite", database="app.db")),
        ("sqlite+aiosqlite:////abs/app.db", Address("sqlite", database="/abs/app.db")),
    ],
)
def test_urls_of_any_driver(url: str, address: Address) -> None:
    assert parse_url(url) == address


@pytest.mark.parametrize("url", ["secret-canary", "oracle://u:secret-canary@h/d", "a://b:x:y@:z/"])
def test_wrong_urls_are_configuration_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_url(url)
    assert "canary" not in caught.value.message + caught.value.hint


def test_the_password_is_in_no_repr() -> None:
    assert "canary" not in repr(parse_url("postgresql://u:canary@h/d"))


@pytest.mark.postgres
def test_all_answers_in_one_go(database: str) -> None:
    answers = postgres.ask(parse_url(database), [COUNT, "select null, 'a;b', 1.5"], 5)
    assert answers == ((("1",),), ((None, "a;b", "1.5"),))


@pytest.mark.postgres
def test_one_refused_statement_leaves_the_others_their_answer(database: str) -> None:
    asked = [COUNT, "select 1 from nope", "select 1/0", COUNT]
    first, absent, refused, last = postgres.ask(parse_url(database), asked, 5)
    assert first == last == (("1",),)
    assert isinstance(absent, AbsentError)
    assert absent.message == 'relation "nope" does not exist'
    assert type(refused) is RefusedError
    assert refused.message == "division by zero"


SNEAKY = [
    ("select 1; create table sneaked (id int)", "multiple commands"),
    ("select 1 as x; commit; drop table kept", "multiple commands"),
    ("create table sneaked (id int)", "read-only"),
    ("with x as (insert into kept values (2) returning id) select * from x", "read-only"),
    ("select write_it()", "read-only"),
    ("select nextval('numbers')", "read-only"),
    ("select set_config('transaction_read_only', 'off', false)", "before any query|read-only"),
    ("select set_config('default_transaction_read_only', 'off', false)", ""),
    ("select set_config('statement_timeout', '0', false)", ""),
    ("commit", ""),
]
"""Statements that would write or open the way for the next one, and the server's word for no."""


@pytest.mark.postgres
def test_nothing_can_be_written(database: str, postgres_server: PostgresServer) -> None:
    name = database.rpartition("/")[2]
    postgres_server.sql(
        "create table kept as select 1 as id; create sequence numbers;"
        "create function write_it() returns int language sql as"
        " 'insert into kept values (3) returning id'",
        database=name,
    )
    asked = [part for statement, _ in SNEAKY for part in (statement, "insert into kept values (9)")]
    answers = postgres.ask(parse_url(database), asked, 5)
    for (statement, why), answer, written in zip(SNEAKY, answers[::2], answers[1::2], strict=True):
        assert isinstance(written, RefusedError), statement
        assert "read-only" in written.message, statement
        if why:
            assert isinstance(answer, RefusedError), statement
            assert re.search(why, answer.message), (statement, answer.message)
    rows = "select count(*), (select last_value from numbers), to_regclass('sneaked') from kept"
    assert postgres_server.sql(rows, database=name) == "1|1|\n"


@pytest.mark.postgres
def test_a_slow_statement_is_given_up_and_the_next_one_answered(database: str) -> None:
    started = time.monotonic()
    slow, fast = postgres.ask(parse_url(database), ["select pg_sleep(20)", COUNT], 0.5)
    assert isinstance(slow, DeadlineError)
    assert fast == (("1",),)
    assert time.monotonic() - started < 5


@pytest.mark.postgres
def test_odd_table_names_are_counted(database: str, postgres_server: PostgresServer) -> None:
    name = database.rpartition("/")[2]
    odd = ['we"ird', "drop'table", "semi;colon", "per%cent", "back\\slash", "été", "Mixed"]
    for table in odd:
        quoted = table.replace('"', '""')
        postgres_server.sql(f'create table "{quoted}" as select 1 as id', database=name)
    postgres_server.sql(
        "create schema audit; create table audit.events as"
        " select now() - interval '90 seconds' as at",
        database=name,
    )
    records = [Record(table, min=1) for table in [*odd, "audit.events"]]
    asked = [statements.count(record, "postgresql") for record in records]
    asked += [
        statements.count(Record(record.name, estimate=True), "postgresql") for record in records
    ]
    assert postgres.ask(parse_url(database), asked, 5) == ((("1",),),) * len(asked)
    (age,) = postgres.ask(
        parse_url(database), [statements.age(Newest("at", 60), "audit.events", "postgresql")], 5
    )
    assert not isinstance(age, UnreachableError)
    assert 89 < float(age[0][0] or 0) < 120


@pytest.mark.postgres
def test_a_wrong_password(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("postgres", password="wrong-canary")
    with pytest.raises(RefusedError, match="refused the login: password authentication") as caught:
        postgres.ask(parse_url(url), [COUNT], 5)
    assert "canary" not in caught.value.message + caught.value.hint


@pytest.mark.postgres
def test_a_database_that_does_not_exist(postgres_server: PostgresServer) -> None:
    with pytest.raises(RefusedError, match='database "nowhere" does not exist'):
        postgres.ask(parse_url(postgres_server.url("nowhere")), [COUNT], 5)


@pytest.mark.postgres
def test_a_server_that_stops_answering_in_the_middle(postgres_server: PostgresServer) -> None:
    behave = servers.stalling_before(b"begin transaction", "127.0.0.1", postgres_server.port)
    started = time.monotonic()
    with servers.serving(behave) as place:
        url = f"postgresql://npd:{quote(postgres_server.password, safe='')}@{place}/postgres"
        with pytest.raises(DeadlineError, match="did not answer within 1 s"):
            postgres.ask(parse_url(url), [COUNT], 1)
    assert time.monotonic() - started < 10


def test_nobody_listens() -> None:
    url = f"postgresql://npd:canary@127.0.0.1:{free_port()}/npd"
    with pytest.raises(UnreachableError, match="cannot be reached") as caught:
        postgres.ask(parse_url(url), [COUNT], 5)
    assert type(caught.value) is UnreachableError
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(("ask", "scheme"), [(postgres.ask, "postgresql"), (mysql.ask, "mysql")])
def test_a_server_that_never_answers(ask, scheme: str) -> None:  # type: ignore[no-untyped-def]
    started = time.monotonic()
    with servers.serving(servers.silent) as place, pytest.raises(UnreachableError) as caught:
        ask(parse_url(f"{scheme}://npd:canary@{place}/npd"), [COUNT], 1)
    assert time.monotonic() - started < 10
    assert "canary" not in str(caught.value)


def test_no_mysql_listens() -> None:
    url = f"mysql://npd:canary@127.0.0.1:{free_port()}/npd"
    with pytest.raises(UnreachableError) as caught:
        mysql.ask(parse_url(url), ["select 1"], 2)
    assert "canary" not in str(caught.value)


def test_sqlite_is_read_and_never_made(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "a b?.db"
    address = Address("sqlite", database=str(path))
    with pytest.raises(UnreachableError, match="there is no SQLite file"):
        sqlite.ask(address, ["select 1"], 2)
    assert not path.exists()
    connection = sqlite3.connect(path)
    connection.execute("create table t(id)")
    connection.close()
    asked = ["select count(*) from t", "select * from nope", "drop table t", "select 1"]
    counted, absent, refused, one = sqlite.ask(address, asked, 2)
    assert (counted, one) == ((("0",),), (("1",),))
    assert isinstance(absent, AbsentError)
    assert isinstance(refused, RefusedError)
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(UnreachableError, match="cannot be read"):
        sqlite.ask(address, ["select 1"], 2)


def test_a_slow_sqlite_query_is_given_up(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "app.db"
    connection = sqlite3.connect(path)
    connection.execute("create table t(id)")
    connection.close()
    endless = "with recursive n(i) as (select 1 union all select i+1 from n) select max(i) from n"
    (answer,) = sqlite.ask(Address("sqlite", database=str(path)), [endless], 0.3)
    assert isinstance(answer, DeadlineError)
