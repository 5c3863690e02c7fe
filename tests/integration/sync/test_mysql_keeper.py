from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
import pytest
from tests.support.keepers import held_by_another, holder, keeper, polled, turns, working
from tests.support.mariadb import PASSWORD, MariadbServer, running
from tests.support.shell import sh

from safeguards.errors import RefusedError, UnreachableError
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


def test_one_has_it_and_the_other_sees_who(mysql_database: str) -> None:
    first, second = (keeper(mysql_database).lock(holder(who)) for who in ("ada", "bob"))
    assert first.take() is None
    assert first.take() is None
    other = second.take()
    assert other is not None
    assert other.who.startswith("npd, connection ")
    assert other.host in {"127.0.0.1", "localhost"}
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


def test_a_killed_session_is_noticed(mysql_database: str, mariadb_server: MariadbServer) -> None:
    lock = keeper(mysql_database).lock(holder("ada"))
    assert lock.take() is None
    other = keeper(mysql_database).lock(holder("bob"))
    shown = other.take()
    assert shown is not None
    mariadb_server.sql(f"kill {shown.who.rpartition(' ')[2]}")
    assert not lock.held()
    assert lock.take() is None
    lock.release()
    other.release()


def test_a_server_that_keeps_names_and_is_stopped() -> None:
    with running("--performance-schema=on") as server:
        server.sql("create database one")
        first, second = (keeper(server.url("one")).lock(holder(who)) for who in ("Zoë", "bob"))
        assert first.take() is None
        assert second.take() == holder("Zoë")
        second.release()
        server.sql("shutdown")
        time.sleep(0.1)
        assert not first.held()
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
    shown = first.take()
    assert shown is not None
    assert shown.who.startswith("connection ")
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
    alter = threading.Thread(
        target=mariadb_server.sql, args=("alter table people add b int",), kwargs={"database": name}
    )
    with session(mysql_database) as lunch:
        with lunch.cursor() as cursor:
            cursor.execute("select * from people where name = 'canary'")
        alter.start()
        until = time.monotonic() + 10
        while not (found := own.blockers("x")) and time.monotonic() < until:
            time.sleep(0.05)
        (blocker,) = found
        assert blocker.pid == lunch.thread_id()
        assert blocker.who.startswith("npd from ")
        assert blocker.state.startswith("perhaps: in a transaction since ")
    alter.join(20)
    assert own.blockers("x") == ()


def test_who_is_in_the_way_of_a_row(
    mysql_database: str, name: str, mariadb_server: MariadbServer
) -> None:
    mariadb_server.sql(SCHEMA, database=name)
    own = keeper(mysql_database)
    update = threading.Thread(
        target=mariadb_server.sql,
        args=("update people set name = 'z' where id = 1",),
        kwargs={"database": name},
    )
    with session(mysql_database) as lunch:
        with lunch.cursor() as cursor:
            cursor.execute("update people set name = 'y' where id = 1")
        update.start()
        until = time.monotonic() + 10
        while not (found := own.blockers("x")) and time.monotonic() < until:
            time.sleep(0.05)
        assert [(each.pid, each.state) for each in found] == [
            (lunch.thread_id(), "holds a lock on rows")
        ]
    update.join(20)


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


def test_what_mysql_does_not_tell(mysql_database: str) -> None:
    own = keeper(mysql_database)
    assert own.end_sessions("x") == ()
    assert not own.transactional_ddl
    assert own.migration_environment(2.5, 900, "x") == {
        "SAFEGUARDS_LOCK_TIMEOUT": "2.5",
        "SAFEGUARDS_STATEMENT_TIMEOUT": "900",
    }
