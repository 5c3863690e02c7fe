from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo


@pytest.fixture(params=["sha1", "sha256"])
def any_repo(tmp_path: Path, request: pytest.FixtureRequest) -> GitRepo:
    return GitRepo.init(tmp_path / "any", object_format=request.param)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return GitRepo.init(tmp_path / "repo")
