from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """A repository, so that the cache lies in it."""
    return GitRepo.init(tmp_path / "repo")


@pytest.fixture
def plain(tmp_path: Path, home: Path) -> Path:
    """A folder without git; the cache lies below this test's HOME."""
    folder = tmp_path / "plain"
    folder.mkdir()
    return folder
