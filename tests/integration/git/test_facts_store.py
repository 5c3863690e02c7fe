"""The cache file: what comes back is what was saved, or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from safeguards.system.cache import MAX_CACHE, FactsStore, cache_folder


def test_saves_and_loads(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "new" / "folder" / "facts")
    assert store.load() is None
    assert store.save(b"one")
    assert store.save(b"\0two\n")
    assert FactsStore(store.path).load() == b"\0two\n"
    assert [path.name for path in store.path.parent.iterdir()] == ["facts"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty", "extended"])
def test_damage_is_absence(tmp_path: Path, damage: str) -> None:
    store = FactsStore(tmp_path / "facts")
    store.save(b"some facts")
    raw = store.path.read_bytes()
    store.path.write_bytes(
        {
            "cut": raw[:-1],
            "flipped": raw[:-1] + bytes([raw[-1] ^ 1]),
            "foreign": b"PK\x03\x04" + raw,
            "empty": b"",
            "extended": raw + b"x",
        }[damage]
    )
    assert store.load() is None
    assert store.save(b"again")
    assert store.load() == b"again"


def test_too_much_is_not_kept(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "facts")
    store.save(b"small")
    assert not store.save(bytes(MAX_CACHE))
    assert store.load() == b"small"
    with store.path.open("wb") as file:
        file.truncate(MAX_CACHE + 1)
    assert store.load() is None


def test_an_unwritable_place_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = FactsStore(tmp_path / "file" / "facts")
    assert not store.save(b"x")
    assert store.load() is None
    folder = tmp_path / "folder"
    (folder / "facts").mkdir(parents=True)
    assert not FactsStore(folder / "facts").save(b"x")
    assert [path.name for path in folder.iterdir()] == ["facts"]


def test_runs_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    contents = [bytes([number]) * 200_000 for number in range(8)]
    seen: list[bytes | None] = []

    def write(content: bytes) -> None:
        store = FactsStore(tmp_path / "facts")
        for _ in range(10):
            store.save(content)
            seen.append(store.load())

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 80
    assert set(seen) <= set(contents)
    assert [path.name for path in tmp_path.iterdir()] == ["facts"]


def test_what_others_could_have_written_is_absence(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "facts")
    store.save(b"facts")
    store.path.chmod(0o666)
    assert store.load() is None
    store.path.chmod(0o644)
    assert store.load() == b"facts"
    store.path.rename(tmp_path / "elsewhere")
    store.path.symlink_to(tmp_path / "elsewhere")
    assert store.load() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_is_absence(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "facts")
    store.save(b"facts")
    os.chown(store.path, 12345, -1)
    assert store.load() is None


def test_a_pipe_in_its_place_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "facts")
    assert FactsStore(tmp_path / "facts").load() is None


WRITES_FOR_EVER = """
import sys
from pathlib import Path
from safeguards.system.cache import FactsStore
store = FactsStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    store.save(bytes([number % 256]) * 3_000_000)
    print("saved", flush=True)
"""


def test_a_run_that_is_killed_while_it_writes_leaves_whole_files(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "facts")
    for number in range(8):
        argv = (sys.executable, "-c", WRITES_FOR_EVER, str(store.path))
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.003 * number)
            process.send_signal(signal.SIGKILL)
        content = store.load()
        assert content is not None
        assert content == content[:1] * 3_000_000


def test_drafts_of_killed_runs_do_not_gather(tmp_path: Path) -> None:
    store = FactsStore(tmp_path / "facts")
    abandoned, fresh = tmp_path / "facts.1-ab.tmp", tmp_path / "facts.2-cd.tmp"
    for draft in (abandoned, fresh):
        draft.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    assert store.save(b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", fresh.name]


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder(tmp_path / ".git") == tmp_path / ".git" / "safeguards" / "cache"
    assert cache_folder(None) == tmp_path / ".cache" / "safeguards"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache_folder(None) == tmp_path / ".cache" / "safeguards"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder(None) == tmp_path / "xdg" / "safeguards"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "")
    assert cache_folder(None) is None
    monkeypatch.delenv("HOME")
    assert cache_folder(None) is None
