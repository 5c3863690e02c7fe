from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pymysql
import pytest
from tests.support.keepers import held_by_another, holder, keeper, polled, turns, working
from tests.support.mariadb import PASSWORD, MariadbServer, running
from tests.support.shell import sh

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.databases.names import lock_name
from safeguards.system.database import parse_url

pytestmark = pytest.mark.mariadb

SCHEMA = """
create table people (id int primary key auto_increment, name varchar(40) not null default 'x',
  mood enum('sad', 'ok'), check (name <> ''));
create table logs (id bigint unique, person int, foreign key (person) references people (id));
create index by_name on people (name, mood);
create view named as select name from people;
create trigger t before insert on people for each row set new.name = coalesce(new.name, 'x');
create procedure p() select 1;
insert into people (name) select concat('name ', seq) from seq_1_to_2000;
"""


@pytest.fixture
def name(mysql_database: str) -> str:
    return mysql_database.rpartition("/")[2]


@contextmanager
def session(url: str) -> Iterator[pymysql.Connection]:
    address = parse_url(url)
    with closing(
        pymysql.connect(
            host=address.host,
            port=address.port or 0,
            user=address.user,
            password=address.password,
            database=address.database,
        )
    ) as connection:
        yield connection


def begin(connection: pymysql.Connection, command: tuple[str, ...]) -> None:
    """What the script that runs Alembic does with a session."""
    for statement in json.loads(command[3]):
        with connection.cursor() as cursor, suppress(pymysql.Error):
            cursor.execute(statement)


@contextmanager
def at_once(url: str, statement: str, *, migrating: bool = True) -> Iterator[int]:
    """Run a statement beside, in a session of a migration; its number."""
    with session(url) as opened:
        if migrating:
            begin(opened, keeper(url).migration_command((), 20, 60, "x"))

        def work() -> None:
            with opened.cursor() as cursor, suppress(pymysql.Error):
                cursor.execute(statement)

        thread = threading.Thread(target=work)
        thread.start()
        yield int(opened.thread_id())
        thread.join(20)
        assert not thread.is_alive()


def came(check: Callable[[], object], seconds: float = 20) -> bool:
    """Whether it came to that."""
    until = time.monotonic() + seconds
    while not (found := bool(check())) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def waiting(server: MariadbServer) -> bool:
    """Whether somebody waits for a table."""
    return "Waiting for table metadata lock" in server.sql("show processlist")


def held_by(server: MariadbServer, name: str) -> str:
    """The number of the session that holds the lock of a database."""
    return server.sql(f"select is_used_lock('{lock_name(name, 'alembic_version')}')").strip()


def test_one_has_it_and_the_other_sees_who(mysql_database: str) -> None:
    first, second = (keeper(mysql_database).lock(holder(who)) for who in ("ada", "bob"))
    assert first.take() is None
    assert first.take() is None
    assert second.take() == holder("ada")
    assert (first.held(), second.held()) == (True, False)
    first.release()
    first.release()
    assert not first.held()
    assert second.take() is None
    second.release()


def test_another_database_has_another_lock(
    mysql_database: str, mariadb_server: MariadbServer
) -> None:
    name = mariadb_server.create_database()
    first = keeper(mysql_database).lock(holder("ada"))
    second = keeper(mariadb_server.url(name)).lock(holder("bob"))
    assert (first.take(), second.take()) == (None, None)
    first.release()
    second.release()


def test_it_ends_with_a_killed_holder(mysql_database: str) -> None:
    lock = keeper(mysql_database).lock(holder("bob"))
    with held_by_another(mysql_database) as process:
        assert lock.take() is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert polled(lock) is None
    lock.release()


def test_processes_take_it_in_turns(mysql_database: str, tmp_path: Path) -> None:
    lines = turns(mysql_database, tmp_path / "log", 4, 5)
    assert lines[::2] == lines[1::2]
    assert len(lines) == 40


def test_a_killed_session_is_noticed(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    lock = keeper(mysql_database).lock(holder("ada"))
    assert lock.take() is None
    other = keeper(mysql_database).lock(holder("bob"))
    assert other.take() == holder("ada")
    mariadb_server.sql(f"kill {held_by(mariadb_server, name)}")
    assert not lock.held()
    assert lock.take() is None
    lock.release()
    other.release()


def test_a_server_that_is_stopped() -> None:
    with running("--performance-schema=on") as server:
        server.sql("create database one")
        first, second = (keeper(server.url("one")).lock(holder(who)) for who in ("Zoë", "bob"))
        assert first.take() is None
        assert second.take() == holder("Zoë")
        second.release()
        server.sql("shutdown")
        assert came(lambda: not first.held())
        with pytest.raises(UnreachableError):
            first.take()


def test_somebody_without_rights_can_hold_it(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    mariadb_server.sql(
        f"create user plain_{name[:9]} identified by 'p';"
        f"grant select on {name}.* to plain_{name[:9]}"
    )
    url = mariadb_server.url(name, user=f"plain_{name[:9]}", password="p")
    first, second = keeper(url).lock(holder("ada")), keeper(mysql_database).lock(holder("bob"))
    assert second.take() is None
    assert first.take() == holder("bob")
    second.release()
    assert first.take() is None
    assert first.held()
    first.release()


def test_a_wrong_password_is_told(mariadb_server: MariadbServer) -> None:
    url = mariadb_server.url("mysql", password="wrong-canary")
    with pytest.raises(RefusedError) as caught:
        keeper(url).lock(holder("ada")).take()
    assert "canary" not in caught.value.message + caught.value.hint


def test_which_database_it_is(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    own = keeper(mysql_database).identity()
    assert own.name == name
    assert f":{mariadb_server.port} {mariadb_server.folder}/data/" in own.server


@pytest.mark.parametrize(
    "change",
    [
        "alter table people add column more int",
        "alter table people modify name varchar(41) not null default 'x'",
        "alter table people modify mood enum('sad', 'ok', 'happy')",
        "alter table people alter name drop default",
        "drop index by_name on people",
        "alter table logs drop foreign key logs_ibfk_1",
        "alter table people add constraint c check (name <> 'y')",
        "create or replace view named as select name from people where id > 1",
        "create or replace procedure p() select 2",
        "alter table logs engine = myisam",
    ],
)
def test_the_catalog_differs_after_a_change(
    mysql_database: str, name: str, mariadb_server: MariadbServer, change: str
) -> None:
    mariadb_server.sql(SCHEMA, database=name)
    own = keeper(mysql_database)
    before = own.catalog()
    mariadb_server.sql("insert into people (name) values ('more')", database=name)
    assert own.catalog() == before == tuple(sorted(before))
    if "engine" in change:
        mariadb_server.sql("alter table logs drop foreign key logs_ibfk_1", database=name)
        before = own.catalog()
    mariadb_server.sql(change, database=name)
    assert own.catalog() != before
    assert own.broken() == ()


def test_who_may_be_in_the_way_of_an_alter(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    mariadb_server.sql(SCHEMA, database=name)
    own = keeper(mysql_database)
    assert own.blockers("x") == ()
    with session(mysql_database) as lunch:
        with lunch.cursor() as cursor:
            cursor.execute("select * from people where name = 'canary'")
        with at_once(mysql_database, "alter table people add a int", migrating=False):
            assert came(lambda: waiting(mariadb_server))
            assert own.blockers("x") == ()
            with at_once(mysql_database, "alter table people add b int"):
                assert came(lambda: own.blockers("x"))
                by_number = {each.pid: each for each in own.blockers("x")}
                blocker = by_number[lunch.thread_id()]
                assert blocker.who.startswith("npd from ")
                assert blocker.state.startswith("perhaps: in a transaction since ")
                lunch.rollback()
    assert own.blockers("x") == ()


def test_who_is_in_the_way_of_a_row(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    mariadb_server.sql(SCHEMA, database=name)
    own = keeper(mysql_database)
    with session(mysql_database) as lunch:
        with lunch.cursor() as cursor:
            cursor.execute("update people set name = 'y' where id = 1")
        with at_once(mysql_database, "update people set name = 'z' where id = 1"):
            assert came(lambda: own.blockers("x"))
            assert [(each.pid, each.state) for each in own.blockers("x")] == [
                (lunch.thread_id(), "holds a lock on rows")
            ]
            lunch.rollback()


def test_sessions_of_a_migration_are_ended_and_no_others(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    own, lock = keeper(mysql_database), keeper(mysql_database).lock(holder("ada"))
    assert lock.take() is None
    assert own.end_sessions("x") == ()
    with (
        session(mysql_database) as other,
        at_once(mysql_database, "select sleep(50)") as first,
        at_once(mysql_database, "do sleep(51)") as second,
    ):
        assert came(lambda: "sleep(50)" in mariadb_server.sql("show processlist"))
        assert came(lambda: "sleep(51)" in mariadb_server.sql("show processlist"))
        assert sorted(own.end_sessions("x")) == sorted(f"x ({n})" for n in (first, second))
        assert "sleep(5" not in mariadb_server.sql("show processlist")
        other.ping(reconnect=False)
    assert lock.held()
    lock.release()


def test_a_migration_has_its_limits(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    command = keeper(mysql_database).migration_command(("upgrade", "head"), 2.5, 900, "x")
    assert (command[:2], command[4:]) == (("python3", "-c"), ("upgrade", "head"))
    wanted = "@@lock_wait_timeout, @@innodb_lock_wait_timeout, @@max_statement_time"
    with session(mysql_database) as own, own.cursor() as cursor:
        begin(own, command)
        cursor.execute(f"select {wanted}")
        assert [float(each) for each in cursor.fetchone() or ()] == [3, 3, 900]


def test_a_backup_restores_to_the_same_schema_and_rows(
    mysql_database: str, name: str, mariadb_server: MariadbServer, tmp_path: Path
) -> None:
    mariadb_server.sql(SCHEMA, database=name)
    own, path = keeper(mysql_database), tmp_path / "one.sql"
    assert own.backup_method() == "mysqldump"
    assert (own.size() or 0) > 10_000
    own.back_up(path, lambda _: None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["one.sql"]
    by_hand = own.restore_by_hand(path)
    assert "a-pass" not in by_hand
    restored = mariadb_server.create_database()
    by_hand = by_hand.replace(name, restored).replace("--password ", "")
    sh("sh", "-c", by_hand, env={**os.environ, "MYSQL_PWD": PASSWORD})
    again = keeper(mariadb_server.url(restored))
    assert again.catalog() == tuple(line.replace(name, restored) for line in own.catalog())
    assert mariadb_server.sql("select count(*) from people", database=restored) == "2000\n"
    mariadb_server.sql(f"drop database {restored}")


def test_a_backup_that_is_refused_leaves_nothing(
    mariadb_server: MariadbServer, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match="Unknown database"):
        keeper(mariadb_server.url("nowhere")).back_up(tmp_path / "one.sql", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_backup_leaves_nothing_that_looks_whole(
    mysql_database: str, name: str, mariadb_server: MariadbServer, tmp_path: Path
) -> None:
    mariadb_server.sql(
        "create table big as select seq, md5(rand()) a, md5(rand()) b from seq_1_to_400000",
        database=name,
    )
    part = tmp_path / "one.sql.part"
    until = time.monotonic() + 20
    with working("dump", mysql_database, str(tmp_path / "one.sql")):
        while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
            time.sleep(0.005)
    assert [each.name for each in tmp_path.iterdir()] == ["one.sql.part"]
