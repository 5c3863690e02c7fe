"""One suite for `Files`: the real folder and the one in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from safeguards.system.files import MAX_FILE, Files, LocalFiles, MemoryFiles

Make = Callable[[Mapping[str, bytes]], Files]


@pytest.fixture(params=["local", "memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def local(files: Mapping[str, bytes]) -> Files:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return LocalFiles(tmp_path)

    return local if request.param == "local" else MemoryFiles


def test_read(make: Make) -> None:
    files = make({"a/b.txt": b"\x00\xff", "big": b"x" * (MAX_FILE + 1)})
    assert files.read("a/b.txt") == b"\x00\xff"
    assert files.read("a/../a/b.txt".replace("a/../", "./")) == b"\x00\xff"
    assert [files.read(path) for path in ("a", "a/none", "big", "nul\0")] == [None] * 4


def test_listing(make: Make) -> None:
    files = make(
        {
            "v/b.py": b"",
            "v/a.py": b"",
            "v/c.txt": b"",
            "v/deep/d.py": b"",
            "w.py": b"",
            "v/__pycache__/e.py": b"",
        }
    )
    assert files.listing("v", recursive=False) == ("v/a.py", "v/b.py")
    assert files.listing("v", recursive=True) == ("v/a.py", "v/b.py", "v/deep/d.py")
    assert files.listing("none", recursive=True) == ()


def test_find_takes_the_nearest_and_enters_no_foreign_folder(make: Make) -> None:
    files = make(
        {
            "b/alembic.ini": b"",
            "a/x/alembic.ini": b"",
            "venv/alembic.ini": b"",
            ".cache/alembic.ini": b"",
            "a/b/c/alembic.ini": b"",
            "a/b/c/d/alembic.ini": b"",
        }
    )
    assert files.find("alembic.ini") == ("b/alembic.ini", "a/x/alembic.ini", "a/b/c/alembic.ini")
    assert files.find("none.ini") == ()
