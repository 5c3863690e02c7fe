"""The same damaged projects in every run; `benchmarks/run fuzz --real` is the long one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from benchmarks import fuzz

PROJECTS = 20_000
"""About a minute; a faster machine is given no others."""
PROJECT = {"a.py": b"x = 1\ny = 2\n", "b.py": b"from a import x\n"}


@pytest.mark.slow
def test_damaged_projects_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = fuzz.main(["--projects", str(PROJECTS), "--minutes", "3", "--keep", str(tmp_path)])
    assert (code, capsys.readouterr().out.count("\n")) == (0, 1)
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_damages_the_same_way() -> None:
    first, second = (fuzz.damaged(PROJECT, random.Random(7)) for _ in range(2))
    assert first == second
    assert {*first} == {*PROJECT}


def test_an_exception_is_told() -> None:
    assert fuzz.judge({"a.py": None})[1]  # type: ignore[dict-item]  # no bytes: raises
