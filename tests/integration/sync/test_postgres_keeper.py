from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.support.keepers import keeper, working
from tests.support.postgres import PostgresServer
from tests.support.shell import sh

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.keeping import APPLICATION, Identity

pytestmark = pytest.mark.postgres

SCHEMA = """
create schema audit;
create type mood as enum ('sad', 'ok');
create domain small as int check (value < 10);
create table people (id serial primary key, name text not null default 'x', mood mood, s small);
create table audit.logs (id bigint generated always as identity, person int references people);
create index on people (lower(name));
create view named as select name from people;
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger t before insert on people for each row execute function f();
create table parts (id int, at date) partition by range (at);
create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01');
insert into people (name) select 'name ' || i from generate_series(1, 2000) i;
"""


@pytest.fixture
def name(database: str) -> str:
    return database.rpartition("/")[2]


@contextmanager
def idle_transaction(url: str, *statements: str) -> Iterator[psycopg.Connection]:
    """A session that did something and then went to lunch."""
    with closing(psycopg.connect(url, application_name="lunch")) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection


@contextmanager
def migrating(url: str, statement: str) -> Iterator[list[str]]:
    """A session of a migration that runs a statement; what became of it is in the list."""
    told: list[str] = []

    def work() -> None:
        with closing(
            psycopg.connect(url, application_name=f"{APPLICATION} r1", autocommit=True)
        ) as own:
            try:
                own.execute(statement.encode())
                told.append("done")
            except psycopg.Error as error:
                told.append(str(error.sqlstate))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield told
    finally:
        thread.join(20)


def test_the_server_and_the_name_say_which_database_it_is(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    number = postgres_server.sql("select system_identifier from pg_control_system()").strip()
    assert keeper(database).identity() == Identity(number, name)


def test_a_server_that_keeps_its_identifier_is_told_by_its_place(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    postgres_server.sql(
        "revoke execute on function pg_control_system() from public;"
        "create role plain login password 'plain'; grant connect on database "
        f"{name} to plain",
        database=name,
    )
    url = f"postgresql://plain:plain@127.0.0.1:{postgres_server.port}/{name}"
    try:
        found = keeper(url).identity()
        assert found.name == name
        assert f"on port {postgres_server.port}, database " in found.server
    finally:
        postgres_server.sql(
            f"revoke all on database {name} from plain; drop role plain", database=name
        )


def test_the_catalog_has_a_line_for_each_part(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    postgres_server.sql(SCHEMA, database=name)
    lines = keeper(database).catalog()
    assert list(lines) == sorted(lines)
    for line in (
        "schema audit",
        "table public.people rp",
        "table public.parts_1 rp of public.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "column public.people.name text not null default 'x'::text",
        "column audit.logs.id bigint not null identity a",
        "index CREATE INDEX people_lower_idx ON public.people USING btree (lower(name))",
        "constraint public.people people_pkey PRIMARY KEY (id)",
        "constraint audit.logs logs_person_fkey FOREIGN KEY (person) REFERENCES public.people(id)",
        "enum public.mood 'sad', 'ok'",
        "domain public.small integer",
        "view public.named v SELECT people.name FROM public.people;",
    ):
        assert line in lines
    assert not [line for line in lines if "pg_catalog" in line or "information_schema" in line]


@pytest.mark.parametrize(
    "change",
    [
        "alter table people alter name drop not null",
        "alter table people alter id type bigint",
        "alter type mood add value 'happy'",
        "drop index people_lower_idx",
        "alter table people add constraint c check (id > 0) not valid",
        "create or replace view named as select name from people where id > 1",
        "create or replace function f() returns trigger language plpgsql as 'begin end'",
    ],
)
def test_the_catalog_differs_after_a_change(
    database: str, name: str, postgres_server: PostgresServer, change: str
) -> None:
    postgres_server.sql(SCHEMA, database=name)
    own = keeper(database)
    before = own.catalog()
    assert own.catalog() == before
    postgres_server.sql(change, database=name)
    assert own.catalog() != before


def test_rows_are_not_in_the_catalog(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    postgres_server.sql(SCHEMA + "create table alembic_version (v text);", database=name)
    before = keeper(database).catalog()
    postgres_server.sql(
        "insert into alembic_version values ('1'); insert into people (name) values ('y')",
        database=name,
    )
    assert keeper(database).catalog() == before


def test_what_is_half_made_is_named(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    own = keeper(database)
    postgres_server.sql(
        "create table t (a int); insert into t values (1), (1);"
        "alter table t add constraint positive check (a > 5) not valid",
        database=name,
    )
    with psycopg.connect(database, autocommit=True) as session, pytest.raises(psycopg.Error):
        session.execute("create unique index concurrently uq on t (a)")
    assert own.broken() == (
        "INVALID index public.uq of public.t",
        "NOT VALID constraint positive of public.t",
    )
    assert [line for line in own.catalog() if line.endswith(" INVALID")]


def test_an_index_that_is_being_made_is_not_broken(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    postgres_server.sql("create table t (a int)", database=name)
    own = keeper(database)
    with idle_transaction(database, "insert into t values (1)") as lunch:
        with migrating(database, "create index concurrently i on t (a)") as told:
            until = time.monotonic() + 10
            while not own.blockers(f"{APPLICATION} r1") and time.monotonic() < until:
                time.sleep(0.05)
            assert own.blockers(f"{APPLICATION} r1")
            assert own.broken() == ()
            lunch.rollback()
        assert told == ["done"]


def test_who_is_in_the_way_is_shown_without_values(
    database: str, name: str, postgres_server: PostgresServer
) -> None:
    postgres_server.sql("create table t (a int, secret text)", database=name)
    own = keeper(database)
    assert own.blockers(f"{APPLICATION} r1") == ()
    looked = "select * from t where secret = 'can''ary' and a = 42\nlimit 7"
    with (
        idle_transaction(database, looked),
        migrating(database, "alter table t add b int") as told,
    ):
        until = time.monotonic() + 10
        while not (found := own.blockers(f"{APPLICATION} r1")) and time.monotonic() < until:
            time.sleep(0.05)
        (blocker,) = found
        assert blocker.who == "npd lunch from 127.0.0.1"
        assert blocker.state == "idle in transaction"
        assert blocker.query == "select * from t where secret = ? and a = ?"
        assert own.end_sessions(APPLICATION) == (f"{APPLICATION} r1",)
    assert told == ["57014"]
    assert own.end_sessions(APPLICATION) == ()


def test_an_idle_session_of_a_migration_is_terminated_and_no_other(
    database: str, postgres_server: PostgresServer
) -> None:
    own = keeper(database)
    with (
        idle_transaction(database, "select 1") as lunch,
        closing(psycopg.connect(database, application_name=f"{APPLICATION} r2")) as ours,
        closing(psycopg.connect(database, application_name=f"x {APPLICATION}")) as other,
    ):
        ours.execute("select 1")
        assert own.end_sessions(APPLICATION) == (f"{APPLICATION} r2",)
        with pytest.raises(psycopg.OperationalError):
            ours.execute("select 1")
        lunch.execute("select 1")
        other.execute("select 1")


def test_limits_and_name_reach_a_migration(database: str) -> None:
    own = keeper(database)
    environment = own.migration_environment(1.5, 60, f"{APPLICATION} {'é' * 60}")
    asked = (
        "import psycopg, sys; c = psycopg.connect(sys.argv[1]);"
        "print(*[c.execute('show ' + n).fetchone()[0] for n in ('lock_timeout',"
        "'statement_timeout', 'idle_in_transaction_session_timeout',"
        "'client_connection_check_interval')]); c.close()"
    )
    told = sh(sys.executable, "-c", asked, database, env={**os.environ, **environment})
    assert told.split() == ["1500ms", "1min", "1min", "500ms"]
    command = own.migration_command(("current",), 1.5, 60, f"{APPLICATION} r1")
    with psycopg.connect(database) as other:
        for statement in json.loads(command[3]):
            other.execute(statement)
        wanted = ("lock_timeout", "statement_timeout", "application_name")
        shown = [other.execute(f"show {each}").fetchone() for each in wanted]
    assert shown == [("1500ms",), ("1min",), (f"{APPLICATION} r1",)]
    assert len(environment["PGAPPNAME"].encode()) <= 63
    assert environment["PGAPPNAME"].endswith("é")


def test_a_backup_restores_to_the_same_schema_and_rows(
    database: str, name: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    postgres_server.sql(SCHEMA, database=name)
    own = keeper(database)
    assert own.backup_method() == "pg_dump"
    assert (own.size() or 0) > 1_000_000
    path = tmp_path / "backups" / "one.dump"
    own.back_up(path, lambda _: None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["one.dump"]
    restored = postgres_server.create_database()
    by_hand = own.restore_by_hand(path)
    assert "a-pass" not in by_hand
    argv = by_hand.replace(f"--dbname={name}", f"--dbname={restored}").split()
    sh(*argv, env={**os.environ, "PGPASSWORD": postgres_server.password})
    again = keeper(postgres_server.url(restored))
    assert again.catalog() == own.catalog()
    assert postgres_server.sql("select count(*) from people", database=restored) == "2000\n"
    postgres_server.drop_database(restored)


def test_a_dump_that_fails_leaves_nothing(
    database: str, name: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    postgres_server.sql(
        f"create table t (a int); create role nobody_{name} login password 'p'", database=name
    )
    url = f"postgresql://nobody_{name}:p@127.0.0.1:{postgres_server.port}/{name}"
    try:
        with pytest.raises(RefusedError, match="permission denied for table t"):
            keeper(url).back_up(tmp_path / "one.dump", lambda _: None)
    finally:
        postgres_server.sql(f"drop role nobody_{name}")
    assert list(tmp_path.iterdir()) == []


def test_a_killed_backup_leaves_nothing_that_looks_whole(
    database: str, name: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    postgres_server.sql(
        "create table big as select i, md5(i::text) || md5(random()::text) as t"
        " from generate_series(1, 400000) i",
        database=name,
    )
    path = tmp_path / "one.dump"
    part = path.with_name("one.dump.part")
    until = time.monotonic() + 20
    with working("dump", database, str(path)):
        while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
            time.sleep(0.005)
    assert not path.exists()
    assert part.exists()
    keeper(database).back_up(path, lambda _: None)
    assert not part.exists()
    while "1\n" in postgres_server.sql(
        "select 1 from pg_stat_activity where application_name = 'pg_dump'"
    ):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False
    )
    if done.returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    sh("umount", folder)


def test_a_full_disk_is_told_and_left_empty(
    database: str, name: str, postgres_server: PostgresServer, small_disk: Path
) -> None:
    postgres_server.sql(
        "create table big as select md5(i::text) || md5(random()::text) as t"
        " from generate_series(1, 100000) i",
        database=name,
    )
    with pytest.raises(UnreachableError, match="No space left on device"):
        keeper(database).back_up(small_disk / "one.dump", lambda _: None)
    assert list(small_disk.iterdir()) == []
