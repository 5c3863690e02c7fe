from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.keepers import held_by_another, holder, keeper, turns

from safeguards.errors import RefusedError, UnreachableError
from safeguards.runs import Identity
from safeguards.sync.databases.names import TOKEN
from safeguards.sync.databases.sqlite import SOMEBODY
from safeguards.sync.keeping import ALEMBIC, Holder
from safeguards.system import sqlite_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a b'?.db"
    run(
        made,
        "create table people (id integer primary key, name text not null default 'x');"
        "create index by_name on people (name);"
        "create view named as select name from people;"
        "insert into people (name) values ('a'), ('b');",
    )
    return made


def run(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def url(path: Path) -> str:
    return f"sqlite:///{path}".replace("?", "%3F")


def test_one_has_it_and_the_other_sees_who(path: Path) -> None:
    first, second = keeper(url(path)).lock(holder("é")), keeper(url(path)).lock(holder("bob"))
    assert first.take() is None
    assert first.take() is None
    assert second.take() == holder("é")
    assert (first.held(), second.held()) == (True, False)
    first.release()
    first.release()
    assert second.take() is None
    second.release()
    assert (path.parent / f"{path.name}.safeguards-lock").exists()


def test_it_ends_with_a_killed_holder_and_what_it_wrote_means_nothing(path: Path) -> None:
    lock = keeper(url(path)).lock(holder("bob"))
    with held_by_another(url(path)) as process:
        assert lock.take() == holder("ada")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert lock.take() is None
    lock.release()


def test_processes_take_it_in_turns(path: Path, tmp_path: Path) -> None:
    lines = turns(url(path), tmp_path / "log", 8, 10)
    assert lines[::2] == lines[1::2]
    assert len(lines) == 160


def test_a_removed_lock_is_noticed(path: Path) -> None:
    lock = keeper(url(path)).lock(holder("ada"))
    assert lock.take() is None
    (path.parent / f"{path.name}.safeguards-lock").unlink()
    assert not lock.held()
    assert lock.take() is None
    lock.release()


def test_a_holder_that_says_nothing(path: Path) -> None:
    import fcntl

    with (path.parent / f"{path.name}.safeguards-lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert keeper(url(path)).lock(holder("ada")).take() == Holder(SOMEBODY)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="No such file"):
        keeper(url(tmp_path / "no" / "x.db")).lock(holder("ada")).take()


def test_it_is_this_file_also_when_named_another_way(path: Path) -> None:
    own = keeper(
        "sqlite:///../" + path.parent.name + "/" + path.name.replace("?", "%3F"), path.parent
    )
    assert own.identity() == keeper(url(path)).identity() == Identity("this machine", str(path))


def test_the_catalog_tells_every_change_of_the_schema_and_no_row(path: Path) -> None:
    own = keeper(url(path))
    before = own.catalog()
    assert before == (
        "index by_name CREATE INDEX by_name on people (name)",
        "table people CREATE TABLE people (id integer primary key, name text not null default 'x')",
        "view named CREATE VIEW named as select name from people",
    )
    run(path, "insert into people (name) values ('c')")
    assert own.catalog() == before
    run(path, "alter table people add column more text")
    assert own.catalog() != before
    assert own.size() == path.stat().st_size


def test_a_backup_is_whole_and_restores(path: Path, tmp_path: Path) -> None:
    own, backup = keeper(url(path)), tmp_path / "backups" / "one.db"
    before = own.catalog()
    assert own.backup_method() == "sqlite"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("insert into people (name) values ('in the log')")
        writer.commit()
        own.back_up(backup, lambda _: None)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in backup.parent.iterdir()] == ["one.db"]
    run(path, "drop view named; drop table people")
    with closing(sqlite3.connect(path)) as target, closing(sqlite3.connect(backup)) as source:
        source.backup(target)
    assert own.catalog() == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*) from people").fetchone() == (3,)
    assert ".restore" in own.restore_by_hand(backup)


def test_a_damaged_database_has_no_backup(path: Path, tmp_path: Path) -> None:
    run(path, "insert into people (name) select hex(randomblob(99)) from people, people, people")
    run(path, "insert into people (name) select hex(randomblob(99)) from people, people, people")
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises((RefusedError, UnreachableError)):
        keeper(url(path)).back_up(tmp_path / "one.db", lambda _: None)
    assert not list(tmp_path.glob("one.db*"))


def test_a_writer_that_does_not_end_is_given_up(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        with pytest.raises(UnreachableError):
            sqlite_file.copy(path, tmp_path / "one.db", patience=0.3)
    assert not list(tmp_path.glob("one.db*"))


def test_what_sqlite_does_not_tell_is_empty(path: Path) -> None:
    own = keeper(url(path))
    assert (own.broken(), own.blockers("x"), own.end_sessions("x")) == ((), (), ())
    assert list(own.migration_environment(1, 1, "x")) == [TOKEN]
    assert own.migration_command(("current",), 1, 1, "x") == (*ALEMBIC, "current")
