"""Which file counts: the nearest, upwards, never above the top."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

import pytest

from safeguards.config.find import Found, Read, find, find_in, open_config
from safeguards.errors import ConfigError

OURS = b'[tool.safeguards.scan]\npaths = ["pyproject"]'
OWN = b'[scan]\npaths = ["own"]'
OTHERS = b'[project]\nname = "safeguards-user"'
TOP = PurePosixPath("/repo")


def reader(files: dict[str, bytes]) -> Read:
    return lambda path: files.get(str(path))


def look(files: dict[str, bytes], start: str = "/repo/a/b") -> Found | None:
    return find(PurePosixPath(start), TOP, reader(files))


@pytest.mark.parametrize(
    ("files", "winner"),
    [
        ({"/repo/pyproject.toml": OURS}, "/repo/pyproject.toml"),
        ({"/repo/safeguards.toml": OWN, "/repo/pyproject.toml": OURS}, "/repo/safeguards.toml"),
        ({"/repo/safeguards.toml": OWN, "/repo/a/pyproject.toml": OURS}, "/repo/a/pyproject.toml"),
        ({"/repo/safeguards.toml": OWN, "/repo/a/pyproject.toml": OTHERS}, "/repo/safeguards.toml"),
        ({"/repo/a/safeguards.toml": b"", "/repo/safeguards.toml": OWN}, "/repo/a/safeguards.toml"),
        ({"/repo/a/pyproject.toml": b"[", "/repo/pyproject.toml": OURS}, "/repo/pyproject.toml"),
    ],
)
def test_the_nearest_file_with_our_keys_wins(files: dict[str, bytes], winner: str) -> None:
    found = look(files)
    assert found is not None
    assert found.path == PurePosixPath(winner)
    assert found.folder == found.path.parent


@pytest.mark.parametrize("files", [{}, {"/safeguards.toml": OWN}, {"/repo/pyproject.toml": OTHERS}])
def test_nothing_is_found_above_the_top_or_elsewhere(files: dict[str, bytes]) -> None:
    assert look(files) is None


def test_without_a_top_the_search_goes_to_the_root() -> None:
    found = find(PurePosixPath("/x/y"), None, reader({"/safeguards.toml": OWN}))
    assert found is not None
    assert found.config.scan.paths == ("own",)


def test_a_broken_file_that_is_ours_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigError, match=r"^/repo/safeguards\.toml: not valid TOML"):
        look({"/repo/safeguards.toml": b"["})
    with pytest.raises(ConfigError, match=r"^pyproject\.toml: scan\.pahts: unknown key"):
        look({"/repo/a/b/pyproject.toml": b"[tool.safeguards.scan]\npahts = []"})


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    with pytest.raises(ConfigError, match=r"safeguards\.toml: not UTF-8 \(line 2\)"):
        look({"/repo/safeguards.toml": b'[scan]\npaths = ["\xff"]'})


@pytest.mark.parametrize("start", ["", "backend/app", "."])
def test_in_a_commit(start: str) -> None:
    found = find_in({"pyproject.toml": OURS, "backend/app/models.py": b""}, start)
    assert found is not None
    assert (found.path, found.folder) == (PurePosixPath("pyproject.toml"), PurePosixPath())
    assert found.config.scan.paths == ("pyproject",)


def test_in_a_commit_the_nearest_wins() -> None:
    found = find_in({"pyproject.toml": OURS, "backend/safeguards.toml": OWN}, "backend/app")
    assert found is not None
    assert found.folder == PurePosixPath("backend")


def test_a_named_file() -> None:
    read = reader({"/x/production.toml": OWN, "/x/pyproject.toml": OTHERS})
    assert open_config(PurePath("/x/production.toml"), read).config.scan.paths == ("own",)
    with pytest.raises(ConfigError, match=r"has no \[tool\.safeguards\] table"):
        open_config(PurePath("/x/pyproject.toml"), read)
    with pytest.raises(ConfigError, match=r"/x/other\.toml: no such file"):
        open_config(PurePath("/x/other.toml"), read)
