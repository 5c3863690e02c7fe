"""Remotes and clones of every kind."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.push.kit import Clone, bare
from tests.support import needs
from tests.support.needs import Unavailable
from tests.support.served import PLACES, served
from tests.support.shell import sh

FORMATS = ("sha1", "sha256")
ALWAYS = {("file", "sha1")}
"""Every row of the matrix runs on these; on the others only those that are marked, unless all
are asked for with --all-remotes.
"""


class World:
    """A folder of bare repositories at one kind of place, and clones of them."""

    def __init__(self, folder: Path, url: str, object_format: str) -> None:
        self.folder, self.url, self.object_format = folder, url, object_format
        self._names = (f"clone{number}" for number in itertools.count(1))

    def remote(self, name: str = "shop.git") -> Path:
        """The folder of a bare repository, made when it is first asked for."""
        path = self.folder / "served" / name
        return path if path.exists() else bare(path, self.object_format)

    def url_of(self, name: str = "shop.git") -> str:
        self.remote(name)
        return f"{self.url}/{name}"

    def clone(self, name: str = "shop.git") -> Clone:
        """A new clone with one commit that is not pushed, and the hooks."""
        return Clone.of(self.url_of(name), self.folder / next(self._names), self.object_format)

    def tip(self, ref: str = "refs/heads/main", name: str = "shop.git") -> str:
        return sh("git", "-C", self.remote(name), "rev-parse", "-q", "--verify", ref).strip()

    def hook(self, stage: str, script: str, name: str = "shop.git") -> None:
        """A hook of the remote."""
        path = self.remote(name) / "hooks" / stage
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "world" not in metafunc.fixturenames:
        return
    every = metafunc.definition.get_closest_marker("every_remote") is not None
    every = every or metafunc.config.getoption("--all-remotes")
    kinds = [
        (place, form) for place in PLACES for form in FORMATS if every or (place, form) in ALWAYS
    ]
    metafunc.parametrize("world", kinds, indirect=True, ids="-".join)


@pytest.fixture
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    place, object_format = request.param
    (tmp_path / "served").mkdir()
    variables: dict[str, str] = {}
    try:
        with served(place, tmp_path / "served", variables) as url:
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            yield World(tmp_path, url, object_format)
    except Unavailable as missing:
        needs.skip(missing)


@pytest.fixture
def file_world(tmp_path: Path) -> World:
    """Where the kind of remote does not matter."""
    (tmp_path / "served").mkdir()
    return World(tmp_path, str(tmp_path / "served"), "sha1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 128 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    argv = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(argv, check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
