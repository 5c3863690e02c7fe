"""Contents that are read late: only when asked for, and never another content than was known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from safeguards.contents import ChangedMeanwhileError, LateContents, digest

STORED = {"known.py": b"known", "late.py": b"late"}


class Disk:
    """What can be read, and what was."""

    def __init__(self, stored: Mapping[str, bytes], *, all_at_once: bool = False) -> None:
        self.stored = dict(stored)
        self.loads: list[str] = []
        self._all = all_at_once

    def load(self, path: str) -> Mapping[str, bytes]:
        self.loads.append(path)
        return self.stored if self._all else {k: v for k, v in self.stored.items() if k == path}


def late(disk: Disk) -> LateContents:
    return LateContents({"read.py": b"read"}, {k: digest(v) for k, v in STORED.items()}, disk.load)


def test_nothing_is_loaded_to_list_or_to_name_the_contents() -> None:
    disk = Disk(STORED)
    files = late(disk)
    assert list(files) == ["known.py", "late.py", "read.py"]
    assert len(files) == 3
    assert "late.py" in files
    assert "other.py" not in files
    assert files.digest("late.py") == digest(b"late")
    assert files.digest("read.py") == digest(b"read")
    assert disk.loads == []


def test_a_content_is_loaded_once() -> None:
    disk = Disk(STORED)
    files = late(disk)
    assert files["late.py"] == files["late.py"] == b"late"
    assert files["read.py"] == b"read"
    assert disk.loads == ["late.py"]


def test_what_comes_along_is_kept() -> None:
    disk = Disk(STORED, all_at_once=True)
    assert late(disk) == {"read.py": b"read", **STORED}
    assert disk.loads == ["known.py"]


def test_an_unknown_path_is_a_missing_key() -> None:
    with pytest.raises(KeyError):
        late(Disk(STORED))["other.py"]


@pytest.mark.parametrize("stored", [{}, {"late.py": b"changed"}])
def test_another_content_than_was_known_is_never_given(stored: dict[str, bytes]) -> None:
    with pytest.raises(ChangedMeanwhileError, match=r"late\.py changed while it was read"):
        late(Disk(stored))["late.py"]
