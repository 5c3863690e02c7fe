"""`safeguards sync` on a whole production whose database is MariaDB: its DDL is no transaction."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pymysql
import pytest
from tests.integration.sync.toy import Toy
from tests.support.mariadb import PASSWORD, USER, MariadbServer

pytestmark = pytest.mark.mariadb

NOTE = '    op.add_column("things", sa.Column("note", sa.String(40)))\n'
EXTRA = '    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))\n'
ROWS = """\
    op.execute("INSERT INTO things (name) VALUES ('two')")
    op.execute("UPDATE things SET name = 'three' WHERE id = 1")
"""


@pytest.fixture
def name(mysql_database: str) -> str:
    return mysql_database.rpartition("/")[2]


@pytest.fixture
def toy(tmp_path: Path, mysql_database: str) -> Iterator[Toy]:
    made = Toy.make(tmp_path, mysql_database)
    try:
        ended = made.run("sync")
        assert ended.code == 0, ended
        yield made
    finally:
        made.close()


def until(check: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def started(toy: Toy, *argv: str, err: int | IO[bytes] = -3) -> subprocess.Popen[bytes]:
    given = [sys.executable, "-m", "safeguards", "sync", *argv]
    return subprocess.Popen(given, cwd=toy.repo.top, env=toy.env, stdout=-3, stderr=err)


def applied(server: MariadbServer, name: str) -> list[str]:
    return server.sql("select version_num from alembic_version", database=name).split()


def tables(server: MariadbServer, name: str) -> set[str]:
    return set(server.sql("show tables", database=name).split())


def running(server: MariadbServer, words: str) -> set[str]:
    """The sessions that run a statement with these words."""
    rows = server.sql("select id, info from information_schema.processlist").splitlines()
    found = [row.partition("\t") for row in rows if "processlist" not in row]
    return {number for number, _, query in found if words in query}


@contextmanager
def session(server: MariadbServer, name: str) -> Iterator[pymysql.cursors.Cursor]:
    opened = pymysql.connect(
        host="127.0.0.1", port=server.port, user=USER, password=PASSWORD, database=name
    )
    with closing(opened), opened.cursor() as cursor:
        yield cursor


def test_the_first_sync_and_the_next_and_two_at_once(
    toy: Toy, mariadb_server: MariadbServer, name: str
) -> None:
    assert (toy.answer(), applied(mariadb_server, name)) == (toy.tip(), ["001"])
    toy.revision("002", "001", NOTE + '    op.drop_column("things", "note")\n')
    toy.web("STATUS = 200", "STATUS = 200  # the second version")
    second = toy.push("second")
    ended = toy.run("sync", "--format", "json")
    assert (ended.code, toy.answer(), applied(mariadb_server, name)) == (0, second, ["002"]), ended
    dump = Path(ended.last["run"]["work"]["backup"])
    assert b"-- Dump completed" in dump.read_bytes()[-200:]
    toy.patience(60)
    toy.revision("003", "002", EXTRA)
    third = toy.push("third")
    both = [started(toy) for _ in range(2)]
    assert [each.wait(120) for each in both] == [0, 0]
    assert (toy.answer(), applied(mariadb_server, name)) == (third, ["003"])


def test_a_revision_that_ends_half_way_is_named_with_what_it_left(
    toy: Toy, mariadb_server: MariadbServer, name: str
) -> None:
    first = toy.answer()
    toy.revision("002", "001", EXTRA + '    op.execute("SELECT nonsense FROM nowhere")\n')
    toy.push("bad")
    ended = toy.run("sync")
    assert (ended.code, toy.answer(), applied(mariadb_server, name)) == (13, first, ["001"]), ended
    assert "revision 002 is half applied to production" in ended.err
    assert "there now: " in ended.err
    assert "table extra base table InnoDB" in ended.err

    mariadb_server.sql("drop table extra", database=name)
    assert toy.run("sync", "--abort").code == 0
    toy.revision("002", "001", EXTRA + '    op.execute("SELECT SLEEP(60)")\n')
    toy.push("slow")
    process = started(toy)
    until(lambda: running(mariadb_server, "SLEEP(60)"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    ended = toy.run("sync", "--resume")
    assert (ended.code, toy.answer(), applied(mariadb_server, name)) == (13, first, ["001"]), ended
    assert "revision 002 is half applied to production" in ended.err
    assert not running(mariadb_server, "SLEEP(60)")
    assert "extra" in tables(mariadb_server, name)

    mariadb_server.sql("drop table extra", database=name)
    assert toy.run("sync", "--abort").code == 0
    toy.revision("002", "001", EXTRA)
    last = toy.push("good")
    ended = toy.run("sync")
    assert (ended.code, toy.answer(), applied(mariadb_server, name)) == (0, last, ["002"]), ended


def test_a_revision_waits_shortly_for_whom_it_names_and_one_that_was_cut_off_goes_on(
    toy: Toy, mariadb_server: MariadbServer, name: str, tmp_path: Path
) -> None:
    toy.revision("002", "001", NOTE)
    toy.push("note")
    said = tmp_path / "said"
    with session(mariadb_server, name) as lunch, said.open("wb") as err:
        lunch.execute("select * from things where name = 'canary'")
        process = started(toy, err=err)
        until(lambda: "it waits for" in said.read_text())
        lunch.connection.rollback()
        assert process.wait(60) == 0, said.read_text()
    told = said.read_text()
    assert re.search(r"it waits for npd from \S+ \(session \d+, perhaps: in a trans", told), told
    assert "canary" not in told

    toy.revision("003", "002", ROWS)
    last = toy.push("rows")
    with session(mariadb_server, name) as gate:
        gate.execute("update things set name = 'uno' where id = 1")
        process = started(toy)
        until(lambda: running(mariadb_server, "UPDATE things"))
        before = running(mariadb_server, "UPDATE things")
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = started(toy, "--resume")
        until(lambda: running(mariadb_server, "UPDATE things") - before)
        assert not running(mariadb_server, "UPDATE things") & before
    assert process.wait(60) == 0
    assert (toy.answer(), applied(mariadb_server, name)) == (last, ["003"])
    rows = mariadb_server.sql("select name from things order by name", database=name)
    assert rows.split() == ["three", "two"]
