"""`safeguards sync` on a whole production whose database is MariaDB: its DDL is no transaction."""

from __future__ import annotations

import json
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
from tests.integration.sync.toy import FILES, Toy
from tests.support.mariadb import PASSWORD, USER, MariadbServer

pytestmark = pytest.mark.mariadb

NOTE = '    op.add_column("things", sa.Column("note", sa.String(40)))\n'
EXTRA = '    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))\n'
ROWS = """\
    op.execute("INSERT INTO things (name) VALUES ('two')")
    op.execute("UPDATE things SET name = 'three' WHERE id = 1")
"""

LOCKED = (
    FILES["migrations/env.py"]
    .replace("with context.begin", "with migration_lock(connection), context.begin")
    .replace("from app", "from safeguards.alembic_lock import migration_lock\nfrom app")
)
UPGRADES = """\
import subprocess
import sys

subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], check=True)
STATUS = 200"""
"""As the start command of many a container does: in its trial, while a sync has the lock."""


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


def until(check: Callable[[], object], seconds: float = 90) -> None:
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


def test_the_first_sync_and_two_at_once_under_the_lock_of_env_py(
    toy: Toy, mariadb_server: MariadbServer, name: str
) -> None:
    assert (toy.answer(), applied(mariadb_server, name)) == (toy.tip(), ["001"])
    toy.patience(60)
    toy.revision("002", "001", NOTE + '    op.drop_column("things", "note")\n' + EXTRA)
    toy.repo.add("migrations/env.py", LOCKED)
    toy.web("STATUS = 200", UPGRADES)
    second = toy.push("second")
    both = [started(toy) for _ in range(2)]
    assert [each.wait(120) for each in both] == [0, 0]
    assert (toy.answer(), applied(mariadb_server, name)) == (second, ["002"])
    assert "extra" in tables(mariadb_server, name)
    run = json.loads(toy.run("history", "--format", "json").out)["runs"]
    (backup,) = {each["work"]["backup"] for each in run if each["work"]["applied"] == ["002"]}
    assert b"-- Dump completed" in Path(backup).read_bytes()[-200:]


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

    mend(toy, mariadb_server, name)
    toy.revision("002", "001", EXTRA + '    op.execute("SELECT SLEEP(60)")\n')
    toy.push("slow")
    kill(started(toy), mariadb_server, "SLEEP(60)")
    ended = toy.run("sync", "--resume")
    assert (ended.code, toy.answer(), applied(mariadb_server, name)) == (13, first, ["001"]), ended
    assert "revision 002 is half applied to production" in ended.err
    assert not running(mariadb_server, "SLEEP(60)")
    assert "extra" in tables(mariadb_server, name)

    mend(toy, mariadb_server, name)
    goes_on_when_it_was_cut_off(toy, mariadb_server, name)


def mend(toy: Toy, server: MariadbServer, name: str) -> None:
    """What a person does."""
    server.sql("drop table extra", database=name)
    assert toy.run("sync", "--abort").code == 0


def kill(process: subprocess.Popen[bytes], server: MariadbServer, words: str) -> set[str]:
    """Kill a sync within a statement with these words; the sessions that run it."""
    until(lambda: running(server, words))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return running(server, words)


def goes_on_when_it_was_cut_off(toy: Toy, server: MariadbServer, name: str) -> None:
    """A revision that changes rows alone is one transaction, also here."""
    toy.revision("002", "001", ROWS)
    last, said = toy.push("rows"), toy.folder / "said"
    with session(server, name) as gate, said.open("wb") as err:
        gate.execute("update things set name = 'canary' where id = 1")
        before = kill(started(toy), server, "UPDATE things")
        process = started(toy, "--resume", err=err)
        until(lambda: running(server, "UPDATE things") - before and "it waits" in said.read_text())
        assert not running(server, "UPDATE things") & before
    assert process.wait(120) == 0
    told = said.read_text()
    assert re.search(r"it waits for npd from \S+ \(session \d+, holds a lock on rows\)", told), told
    assert "canary" not in told
    assert (toy.answer(), applied(server, name)) == (last, ["002"])
    rows = server.sql("select name from things order by name", database=name)
    assert rows.split() == ["three", "two"]
