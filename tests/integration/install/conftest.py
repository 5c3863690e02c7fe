from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import Told, telling_program


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit("Begin")
    return repo


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "told.jsonl")


@pytest.fixture
def program(tmp_path: Path, told: Told) -> Path:
    """A console script that notes what hooks ask of it."""
    return telling_program(tmp_path / "bin", told)


@pytest.fixture
def remote(tmp_path: Path, repo: GitRepo) -> GitRepo:
    """A bare repository that `origin` names."""
    bare = tmp_path / "remote.git"
    repo.git("init", "-q", "--bare", bare)
    repo.git("remote", "add", "origin", bare)
    return GitRepo(bare)
