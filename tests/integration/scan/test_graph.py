"""`scan --graph`: the file is written beside the report, by its suffix."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import BROKEN, CLEAN, FAULTS, scan, write
from tests.support.golden import Golden


@pytest.mark.parametrize("form", ["mmd", "svg"])
def test_pictures_are_always_the_same(repo: GitRepo, golden: Golden, form: str) -> None:
    write(repo.top, BROKEN)
    assert scan("--graph", f"models.{form}", "--format", "json", cwd=repo.top).code == 1
    golden.check(f"graph/broken.1.{form}", (repo.top / f"models.{form}").read_text("utf-8"))


def test_every_kind_of_fault_is_drawn(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    assert scan("--graph", "m.svg", cwd=repo.top).code == 1
    text = (repo.top / "m.svg").read_text("utf-8")
    ElementTree.fromstring(text)
    for rule in ("SG101", "SG102", "SG103", "SG104", "SG105", "SG108", "SG110"):
        assert f"<title>{rule} " in text


def test_paths_limit_what_is_drawn(repo: GitRepo) -> None:
    write(repo.top, {**CLEAN, "other.py": FAULTS["app/models.py"]})
    assert scan("--graph", "m.mmd", "shop", cwd=repo.top).code == 0
    text = (repo.top / "m.mmd").read_text("utf-8")
    assert '["User<br/>user"]' in text
    assert "Tag" not in text


@pytest.mark.parametrize("name", ["m.png", "m", "svg"])
def test_another_kind_of_picture_is_wrong_usage(repo: GitRepo, name: str) -> None:
    write(repo.top, CLEAN)
    ended = scan("--graph", name, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err.startswith(
        f"error: --graph {name}: a picture ends in .mmd (Mermaid) or .svg\n"
    )
    assert not (repo.top / name).exists()


def test_a_picture_that_cannot_be_written_is_wrong_usage(repo: GitRepo) -> None:
    write(repo.top, CLEAN)
    ended = scan("--graph", "shop/base.py/x.svg", cwd=repo.top)
    assert ended.code == 64
    assert "hint: name another file for --graph\n" in ended.err
