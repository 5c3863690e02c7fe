"""Stage 2 on the three databases: which table holds the revisions, and what is left half-done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import pytest
from tests.integration.verify.databases import Served
from tests.support.postgres import PostgresServer

from safeguards.errors import DeniedError, UnreachableError
from safeguards.health.leftovers import Leftover
from safeguards.migrations.version_table import VersionTable

MAKE = "create table {} (version_num varchar(32) not null primary key)"


def make(served: Served, table: str, *revisions: str) -> None:
    served.sql(MAKE.format(table))
    for revision in revisions:
        served.sql(f"insert into {table} values ('{revision}')")


def test_missing_empty_and_filled(served: Served) -> None:
    assert served.applied().missing
    make(served, "alembic_version")
    empty = served.applied()
    assert (empty.missing, empty.ids) == (False, frozenset())
    served.sql("insert into alembic_version values ('a'), ('b')")
    served.asked.clear()
    assert served.applied().ids == {"a", "b"}
    assert len(served.asked) == 1


def test_a_table_of_another_name_is_found_and_one_that_is_named_is_taken(served: Served) -> None:
    make(served, "audit_version", "x")
    served.sql("create table documents (version_num int, title varchar(9))")
    assert served.applied().ids == served.applied(VersionTable("audit_version")).ids == {"x"}
    make(served, "alembic_version", "018")
    both = served.applied()
    other = "public.audit_version" if served.dialect == "postgresql" else "audit_version"
    assert (both.ids, both.others) == ({"018"}, (other,))
    assert served.applied(stated=VersionTable("audit_version")).ids == {"x"}
    told = served.applied(stated=VersionTable())
    assert (told.ids, told.others) == ({"018"}, ())
    assert served.applied(VersionTable("nope")).missing


@pytest.fixture
def schemas(postgres_server: PostgresServer, database: str) -> Served:
    name = database.rpartition("/")[2]
    served = Served("postgresql", database, lambda sql: postgres_server.sql(sql, database=name))
    served.sql("create schema app; create schema other")
    return served


@pytest.mark.postgres
def test_a_schema_is_found_named_or_asked_for(schemas: Served) -> None:
    make(schemas, "app.alembic_version", "018")
    assert schemas.applied().ids == {"018"}
    assert schemas.applied().table == VersionTable(schema="app")
    make(schemas, "other.alembic_version", "x")
    with pytest.raises(UnreachableError, match="which table") as caught:
        schemas.applied()
    assert "app.alembic_version, other.alembic_version" in caught.value.message
    assert "alembic.version-table-schema" in caught.value.hint
    with pytest.raises(UnreachableError, match="which table"):
        schemas.applied(stated=VersionTable())
    assert schemas.applied(stated=VersionTable(schema="app")).ids == {"018"}
    assert schemas.applied(VersionTable(schema="other")).ids == {"x"}
    assert schemas.applied(VersionTable(schema="nowhere")).missing
    make(schemas, "alembic_version", "here")
    mine = schemas.applied()
    assert mine.ids == {"here"}
    assert mine.others == ("app.alembic_version", "other.alembic_version")


@pytest.mark.postgres
def test_a_table_that_may_not_be_read_is_told_with_its_grant(
    schemas: Served, postgres_server: PostgresServer
) -> None:
    name = schemas.url.rpartition("/")[2]
    role = f"v{name[-8:]}"
    make(schemas, "alembic_version", "018")
    schemas.sql(f"create role {role} login password 'x'")
    try:
        address = f"{postgres_server.host}:{postgres_server.port}/{name}"
        stranger = Served("postgresql", f"postgresql://{role}:x@{address}", str)
        with pytest.raises(DeniedError, match="permission denied for table") as caught:
            stranger.applied()
        grant = caught.value.hint.partition(": ")[2]
        assert grant == f'GRANT SELECT ON "alembic_version" TO {role}'
        schemas.sql(grant)
        assert stranger.applied().ids == {"018"}
    finally:
        schemas.sql(f"drop owned by {role}; drop role {role}")


@pytest.mark.postgres
def test_what_half_done_migrations_leave_and_how_it_ends(schemas: Served) -> None:
    make(schemas, "alembic_version", "018")
    schemas.sql('create table app."T t" (id int, n int); insert into app."T t" values (1), (1)')
    with psycopg.connect(schemas.url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute('create unique index concurrently "I i" on app."T t" (id)')
        connection.execute('alter table app."T t" add constraint positive check (id > 1) not valid')
        found = schemas.applied().leftovers
        assert found == (
            Leftover("index", 'app."I i"', "T t"),
            Leftover("constraint", "positive", 'app."T t"'),
        )
        connection.execute("update app.\"T t\" set id = 2 where ctid = '(0,1)'")
        connection.execute('update app."T t" set id = 3 where id = 1')
        for each in found:
            connection.execute(each.repair.encode())
        assert schemas.applied().leftovers == ()
        connection.execute('alter table app."T t" add constraint late check (n > 1) not valid')
        connection.execute("create table parts (id int) partition by range (id)")
        connection.execute("create table part partition of parts for values from (0) to (9)")
        connection.execute("create index on_parts on only parts (id)")
        parent = next(each for each in schemas.applied().leftovers if each.what == "index")
        assert parent.kind == "parent"
        rows = connection.execute(parent.repair.encode()).fetchall()
        assert rows == [("on_parts",)]


@contextmanager
def building(url: str) -> Iterator[None]:
    """An index is being built inside; it waits for a transaction that this ends at the end."""
    with psycopg.connect(url) as old, psycopg.connect(url, autocommit=True) as builder:
        old.execute("insert into busy values (1)")
        build = "create index concurrently slow on busy (id)"
        thread = threading.Thread(target=lambda: builder.execute(build))
        thread.start()
        try:
            with psycopg.connect(url, autocommit=True) as watcher:
                asked = "select 1 from pg_index where indexrelid = to_regclass('slow')"
                until = time.monotonic() + 30
                while not watcher.execute(asked).fetchone():
                    assert time.monotonic() < until
                    time.sleep(0.02)
            yield
        finally:
            old.rollback()
            thread.join(30)


@pytest.mark.postgres
def test_an_index_that_is_being_built_is_no_leftover(
    schemas: Served, postgres_server: PostgresServer
) -> None:
    name = schemas.url.rpartition("/")[2]
    role = f"w{name[-8:]}"
    make(schemas, "alembic_version", "018")
    schemas.sql(f"create table busy (id int); create role {role} login password 'x'")
    schemas.sql(f"grant select on alembic_version to {role}")
    address = f"{postgres_server.host}:{postgres_server.port}/{name}"
    stranger = Served("postgresql", f"postgresql://{quote(role)}:x@{address}", str)
    try:
        with building(schemas.url):
            invalid = "select count(*) from pg_index where not indisvalid"
            assert postgres_server.sql(invalid, database=name) == "1\n"
            assert schemas.applied().leftovers == ()
            assert stranger.applied().leftovers == ()
        schemas.sql("update pg_index set indisvalid = false where indexrelid = 'slow'::regclass")
        assert [each.name for each in stranger.applied().leftovers] == ["public.slow"]
    finally:
        schemas.sql(f"drop owned by {role}; drop role {role}")
