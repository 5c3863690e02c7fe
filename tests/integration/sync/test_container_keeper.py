from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.engine import Engine
from tests.support.images import postgres_image
from tests.support.keepers import INSIDE, held_by_another, holder, keeper, polled, turns, working
from tests.support.postgres import free_port
from tests.support.shell import sh

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.databases import container as inside
from safeguards.sync.keeping import APPLICATION
from safeguards.system import backup_file
from safeguards.system.clock import SystemClock
from safeguards.system.docker import Engine as Asked

SCHEMA = """
create table people (id serial primary key, name text not null);
insert into people (name) select md5(i::text) from generate_series(1, 5000) i;
"""


class Inside:
    """A PostgreSQL in a container, without a published port."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name, self.url = engine, name, f"{INSIDE}{name}"

    def sql(self, statement: str) -> str:
        psql = ("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "npd", "-d", "npd", "-f", "-")
        return self.engine.docker("exec", "-i", self.name, *psql, stdin=statement)


@pytest.fixture(scope="module")
def made(docker_engine: Engine) -> Iterator[Inside]:
    name = f"safeguards-keeper-{os.urandom(4).hex()}"
    variables = {"POSTGRES_USER": "npd", "POSTGRES_DB": "npd", "POSTGRES_PASSWORD": "canary-pw"}
    given = [part for key, value in variables.items() for part in ("-e", f"{key}={value}")]
    docker_engine.docker("run", "-d", "--name", name, *given, postgres_image(docker_engine))
    found = Inside(docker_engine, name)
    try:
        _wait(found)
        yield found
    finally:
        docker_engine.docker("rm", "-f", "-v", name)


@pytest.fixture
def database(made: Inside) -> Inside:
    made.sql("drop schema public cascade; create schema public")
    return made


def _wait(database: Inside) -> None:
    until = time.monotonic() + 60
    while not _answers(database):
        assert time.monotonic() < until
        time.sleep(0.1)


def _answers(database: Inside) -> bool:
    try:
        keeper(database.url).identity()
    except UnreachableError:
        return False
    return True


def test_one_has_it_and_the_other_sees_who(database: Inside) -> None:
    first, second = (keeper(database.url).lock(holder(who)) for who in ("Zoë", "bob"))
    assert first.take() is None
    assert first.take() is None
    assert second.take() == holder("Zoë")
    assert (first.held(), second.held()) == (True, False)
    first.release()
    assert not first.held()
    assert second.take() is None
    second.release()


def test_it_ends_with_a_killed_holder(database: Inside) -> None:
    lock = keeper(database.url).lock(holder("bob"))
    with held_by_another(database.url) as process:
        assert lock.take() == holder("ada")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert polled(lock) is None
    lock.release()


def test_processes_take_it_in_turns(database: Inside, tmp_path: Path) -> None:
    lines = turns(database.url, tmp_path / "log", 4, 3)
    assert lines[::2] == lines[1::2]
    assert len(lines) == 24


def test_a_terminated_session_is_noticed(database: Inside) -> None:
    lock = keeper(database.url).lock(holder("ada"))
    assert lock.take() is None
    database.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name like 'safeguards: ada%'"
    )
    assert not lock.held()
    assert lock.take() is None
    lock.release()


def test_a_restart_of_the_container_is_noticed(database: Inside) -> None:
    lock = keeper(database.url).lock(holder("ada"))
    assert lock.take() is None
    database.engine.docker("restart", "--time", "5", database.name, timeout=60)
    _wait(database)
    assert not lock.held()
    assert lock.take() is None
    lock.release()


def test_a_paused_container_is_no_holder_for_ever(database: Inside) -> None:
    lock = keeper(database.url).lock(holder("ada"))
    assert lock.take() is None
    database.engine.docker("pause", database.name)
    try:
        assert not lock.held()
    finally:
        database.engine.docker("unpause", database.name)
    assert polled(lock) is None
    lock.release()


def test_an_error_leaves_the_session_usable(database: Inside) -> None:
    entry_of = keeper(database.url)
    session = inside.PsqlSession(
        Asked().converse(
            database.name, inside.psql.session_arguments("npd", "npd"), env={"PGPASSWORD": "x"}
        ),
        SystemClock(),
    )
    with pytest.raises(RefusedError, match="division by zero"):
        session.ask("select 1/0", 5)
    assert session.ask("select null, 'a\nb', '--safeguards-next-answer--'", 5) == (
        (None, "a\nb", "--safeguards-next-answer--"),
    )
    with pytest.raises(UnreachableError):
        session.ask("select pg_sleep(20)", 0.3)
    with pytest.raises(UnreachableError):
        session.ask("select 1", 5)
    session.close()
    assert entry_of.identity().name == "npd"


def test_an_answer_that_looks_like_a_mark_is_no_mark(database: Inside) -> None:
    session = inside.PsqlSession(
        Asked().converse(database.name, inside.psql.session_arguments("npd", "npd")),
        SystemClock(),
    )
    first = f"{inside.psql.MARK}1"
    assert session.ask(f"select '{first}'", 5) == ((first,),)
    assert session.ask("select 2", 5) == (("2",),)
    session.close()


def test_questions_work_inside_too(database: Inside) -> None:
    database.sql(SCHEMA + "alter table people add constraint c check (id > 9) not valid")
    own = keeper(database.url)
    assert own.identity().server.isdecimal()
    assert own.broken() == ("NOT VALID constraint c of public.people",)
    assert "column public.people.name text not null" in own.catalog()
    assert own.blockers("nobody") == ()
    assert own.end_sessions(APPLICATION) == ()
    assert (own.size() or 0) > 1_000_000
    environment = own.migration_environment(3, 60, "x")
    assert "lock_timeout=3000" in environment["PGOPTIONS"]


def test_a_backup_comes_out_whole_and_restores_by_hand(database: Inside, tmp_path: Path) -> None:
    database.sql(SCHEMA)
    own, path = keeper(database.url), tmp_path / "one.dump"
    before = own.catalog()
    assert own.backup_method() == "pg_dump"
    own.back_up(path, lambda _: None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["one.dump"]
    by_hand = own.restore_by_hand(path)
    assert "canary" not in by_hand
    database.sql("drop table people")
    sh("sh", "-c", by_hand, env=database.engine.env)
    assert own.catalog() == before
    assert database.sql("select count(*) from people") == "5000\n"


def test_a_killed_backup_ends_inside_too(database: Inside, tmp_path: Path) -> None:
    database.sql(
        "create table big as select i, md5(i::text) || md5(random()::text) as t"
        " from generate_series(1, 300000) i"
    )
    part = tmp_path / "one.dump.part"
    until = time.monotonic() + 30
    with working("dump", database.url, str(tmp_path / "one.dump")):
        while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
            time.sleep(0.005)
    assert [each.name for each in tmp_path.iterdir()] == ["one.dump.part"]
    asked = "select count(*) from pg_stat_activity where application_name = 'safeguards'"
    while database.sql(asked) != "0\n":
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_backup_that_is_cut_off_is_refused(database: Inside, tmp_path: Path) -> None:
    path = tmp_path / "one.dump"
    listing = Asked().converse(database.name, ("pg_restore", "--list"))
    path.write_bytes(b"PGDMP\x01\x0e\x00")
    out, error = listing.feed(backup_file.read_chunks(path), 10)
    with pytest.raises(RefusedError, match="cannot read the backup"):
        inside.check_listing(0, out.decode(), error.decode())
    listing.close()


def test_the_container_is_the_way_when_the_url_leads_nowhere(
    database: Inside, tmp_path: Path
) -> None:
    url = f"postgresql://npd:x@127.0.0.1:{free_port()}/npd"
    own = keeper(url, container=database.name)
    lock = own.lock(holder("ada"))
    assert lock.take() is None
    lock.release()
    database.sql(SCHEMA)
    own.back_up(tmp_path / "one.dump", lambda _: None)
    assert (tmp_path / "one.dump").exists()


def test_no_container(docker_engine: Engine, tmp_path: Path) -> None:
    own = keeper(f"{INSIDE}safeguards-keeper-none")
    for call in (
        own.identity,
        own.lock(holder("ada")).take,
        lambda: own.back_up(tmp_path / "one.dump", lambda _: None),
    ):
        with pytest.raises(UnreachableError, match="there is no container"):
            call()
    assert list(tmp_path.iterdir()) == []
