"""The journal's file under many processes, kills, full disks and damage."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.integration.journal import writer
from tests.integration.journal.writer import run_of
from tests.support.shell import sh

from safeguards.errors import UnreachableError
from safeguards.journal.journal import KEEP, Journal
from safeguards.runs import Push, Run
from safeguards.system import journal_store
from safeguards.system.journal_store import JournalStore

KILLS = int(os.environ.get("SAFEGUARDS_KILLS", "25"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "safeguards" / "journal.db"


def opened(path: Path) -> Journal:
    return Journal(JournalStore(path))


def writing(path: Path, prefix: str, count: int) -> subprocess.Popen[bytes]:
    argv = [sys.executable, writer.__file__, str(path), prefix, str(count)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_eight_processes_lose_nothing(path: Path) -> None:
    processes = [writing(path, f"p{number}-", 50) for number in range(8)]
    for process in processes:
        _, err = process.communicate(timeout=240)
        assert (process.returncode, err) == (0, b"")
    names = {run.id for run in opened(path).syncs(KEEP)}
    assert names == {f"p{process}-{number}" for process in range(8) for number in range(50)}
    assert is_whole(path)


def test_readers_see_whole_records_while_others_write(path: Path) -> None:
    process = writing(path, "w", 60)
    seen = 0
    while process.poll() is None:
        runs = opened(path).syncs(KEEP)
        assert len(runs) >= seen
        assert all(run == run_of(run.id) for run in runs)
        seen = len(runs)
    assert process.communicate()[1] == b""
    assert len(opened(path).syncs(KEEP)) == 60


def test_a_kill_at_any_moment_loses_nothing_that_was_kept(path: Path) -> None:
    rolled_back = 0
    kept: list[str] = []
    for number in range(KILLS):
        process = writing(path, f"k{number}-", 10_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(random.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (-signal.SIGKILL, b"")
        kept = [line.decode() for line in (first + out).split()]
        rolled_back += path.with_name("journal.db-journal").exists()
        # The next one to look only reads, and has to undo what was cut off.
        found = {run.id for run in opened(path).syncs(KEEP)}
        assert set(kept[-KEEP:]) <= found
        assert all(opened(path).run(name) == run_of(name) for name in kept[-3:])
        assert is_whole(path)
    assert kept
    if KILLS >= 25:
        assert rolled_back, "no kill came in the middle of a write: this test shows nothing"


def test_a_write_that_was_cut_off_is_undone_by_a_reader(path: Path) -> None:
    """The state that a kill between the write of the pages and the commit leaves behind."""
    opened(path).write(run_of("before"))
    script = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('pragma cache_size = 1'); c.execute('begin immediate')\n"
        "for n in range(500):\n"
        "    row = ('syncs', str(n), 'production', 'x', b'x' * 5000)\n"
        "    c.execute('insert into records values (?, ?, ?, ?, ?)', row)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert path.with_name("journal.db-journal").exists()
    assert [run.id for run in opened(path).syncs(KEEP)] == ["before"]


@contextmanager
def tiny_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    sh("mount", "-t", "tmpfs", "-o", "size=256k", "none", folder)
    try:
        yield
    finally:
        sh("umount", folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    with tiny_disk(folder):
        path = folder / "journal.db"
        kept: list[Run] = []
        failed: UnreachableError | None = None
        while failed is None:
            run = run_of(f"run{len(kept)}")
            try:
                opened(path).write(run)
                kept.append(run)
            except UnreachableError as error:
                failed = error
        assert len(kept) > 5
        assert f"the journal {path} cannot be used: " in failed.message
        assert "make room" in failed.hint
        assert {run.id for run in opened(path).syncs(KEEP)} == {run.id for run in kept}
        assert is_whole(path)
        with pytest.raises(UnreachableError):
            opened(path).write(run_of("still full"))
        assert opened(path).run("still full") is None


def test_a_file_that_may_not_grow_is_said_and_leaves_what_was_there(path: Path) -> None:
    opened(path).write(run_of("before"))
    size = path.stat().st_size

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    argv = [sys.executable, writer.__file__, str(path), "run", "100"]
    done = subprocess.run(
        argv, preexec_fn=no_room, capture_output=True, text=True, timeout=60, check=False
    )
    assert "UnreachableError: the journal" in done.stderr
    kept = done.stdout.split()
    assert {run.id for run in opened(path).syncs(KEEP)} == {"before", *kept}
    assert is_whole(path)


def test_the_first_write_on_a_full_disk_leaves_a_journal_that_can_be_read(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert opened(path).runs(5) == ()
    opened(path).write(run_of("r"))
    assert opened(path).run("r") == run_of("r")


@pytest.mark.parametrize("content", [b"no database" * 1000, b"SQLite format 3\0" + b"\1" * 5000])
def test_what_is_no_journal_is_said_and_not_touched(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    for use in (lambda: opened(path).runs(5), lambda: opened(path).write(run_of("r"))):
        with pytest.raises(UnreachableError) as failed:
            use()
        assert "move it away" in failed.value.hint
    assert path.read_bytes() == content


def test_damage_inside_is_said(path: Path) -> None:
    for number in range(50):
        opened(path).write(run_of(f"run{number}"))
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = random.Random(4).randbytes(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(UnreachableError) as failed:
        opened(path).runs(KEEP)
    assert "move it away" in failed.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_read_only_folder_is_read_and_a_write_says_so(path: Path) -> None:
    opened(path).write(run_of("before"))
    sh("mount", "--bind", path.parent, path.parent)
    try:
        sh("mount", "-o", "remount,bind,ro", path.parent)
        assert [run.id for run in opened(path).syncs(5)] == ["before"]
        with pytest.raises(UnreachableError) as failed:
            opened(path).write(run_of("after"))
    finally:
        sh("umount", path.parent)
    assert "readonly" in failed.value.message
    assert opened(path).run("after") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_read_and_a_write_says_so(path: Path) -> None:
    opened(path).write(run_of("before"))
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        assert [run.id for run in opened(path).syncs(5)] == ["before"]
        with pytest.raises(UnreachableError, match="readonly"):
            opened(path).write(run_of("after"))
    finally:
        path.parent.chmod(0o700)


def old_journal(path: Path) -> None:
    """A journal of before its layout was counted, when all runs were of one kind."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(journal_store.SCHEMA)
        for kind in ("sync", "verify"):
            document = (
                f'{{"id":"old {kind}","kind":"{kind}","trigger":"push","target":"production",'
                f'"started_at":"2026-01-01T00:00:00.000Z","status":"pass","commit":"1"}}'
            )
            row = ("runs", f"old {kind}", "production", "2026-01-01T00:00:00.000Z")
            connection.execute(
                "insert into records values (?, ?, ?, ?, ?)", (*row, document.encode())
            )


def test_an_older_layout_is_read_as_it_is_and_brought_up_by_the_next_write(path: Path) -> None:
    old_journal(path)
    before = path.read_bytes()

    def check() -> None:
        synced = opened(path).last_synced("production")
        assert synced is not None
        assert synced.id == "old sync"
        assert {run.id for run in opened(path).runs(9)} >= {"old sync", "old verify"}
        assert opened(path).run("old verify") is not None

    check()
    assert path.read_bytes() == before
    opened(path).write_push(Push("p", "2026-01-02", "origin", (), "pass"))
    check()
    assert path.read_bytes() != before


def test_a_newer_layout_is_refused_and_not_touched(path: Path) -> None:
    opened(path).write(run_of("r"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {journal_store.VERSION + 1}")
    before = path.read_bytes()
    for use in (lambda: opened(path).runs(5), lambda: opened(path).write(run_of("s"))):
        with pytest.raises(UnreachableError, match="newer version of safeguards"):
            use()
    assert path.read_bytes() == before


def test_each_kind_is_pruned_by_itself(path: Path) -> None:
    store = JournalStore(path)
    for number in range(30):
        at = f"2026-01-01T00:00:{number:02}.000Z"
        store.put("runs", (f"v{number}", "production", at), b"{}", keep=10)
        if number < 3:
            store.put("syncs", (f"s{number}", "production", at), b"{}", keep=10)
    assert len(store.newest("runs", 99)) == 10
    assert store.get("runs", "v19") is None
    assert store.get("runs", "v20") == b"{}"
    assert len(store.newest("syncs", 99)) == 3


def test_nothing_is_left_beside_the_file(path: Path) -> None:
    opened(path).write(run_of("r"))
    opened(path).runs(5)
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


def test_a_folder_with_signs_of_a_url_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "50% off?mode=ro#1" / "journal.db"
    opened(path).write(run_of("r"))
    assert opened(path).run("r") == run_of("r")
