"""A file that is replaced is always whole, whoever is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.support.monitoring import await_that

from safeguards.system.text_file import ABANDONED, replace_text

SIZE = 200_000
WRITER = f"""
import sys
from pathlib import Path
from safeguards.system.text_file import replace_text
letter = sys.argv[2]
while True:
    replace_text(Path(sys.argv[1]), letter * {SIZE})
"""


def writer(path: Path, letter: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, path, letter])


def content(path: Path) -> str:
    text = path.read_text()
    assert len(text) == SIZE
    assert len(set(text)) == 1
    return text[0]


def test_writers_that_are_killed_leave_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    replace_text(path, "z" * SIZE)
    for round_ in range(4):
        first, second = "abcdefgh"[2 * round_ : 2 * round_ + 2]
        processes = [writer(path, letter) for letter in (first, second)]
        try:
            seen: set[str] = set()

            def both(
                seen: set[str] = seen, wanted: frozenset[str] = frozenset((first, second))
            ) -> bool:
                seen.add(content(path))
                return wanted <= seen

            await_that(both, lambda seen=seen: f"only {seen} written")  # type: ignore[misc]
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait(20)
        assert content(path) in (first, second)
    assert {each.name for each in tmp_path.iterdir() if not each.name.endswith(".half")} == {
        path.name
    }


def test_what_the_killed_left_goes_with_time(tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    replace_text(path, "old")
    for name in (".x.prom.dead.half", ".x.prom.busy.half", ".y.prom.other.half"):
        (tmp_path / name).write_text("x")
    past = (tmp_path / ".x.prom.busy.half").stat().st_mtime - 2 * ABANDONED
    for name in (".x.prom.dead.half", ".y.prom.other.half"):
        os.utime(tmp_path / name, (past, past))
    replace_text(path, "new")
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"x.prom", ".x.prom.busy.half", ".y.prom.other.half"}
    assert path.read_text() == "new"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "real.prom"
    link = tmp_path / "link.prom"
    link.symlink_to(real)
    replace_text(link, "text")
    assert link.is_symlink()
    assert real.read_text() == "text"


def test_a_text_that_cannot_be_written_leaves_the_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    replace_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "new\udcff")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.prom"]


def test_threads_of_one_process_do_not_share_a_half(tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    threads = [
        threading.Thread(target=replace_text, args=(path, letter * SIZE)) for letter in "abcdefgh"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content(path)
    assert [each.name for each in tmp_path.iterdir()] == ["x.prom"]
