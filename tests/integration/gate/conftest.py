from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.gate.kit import arm, open_shop
from tests.integration.git.kit import GitRepo


@pytest.fixture
def repo(tmp_path: Path, home: Path) -> GitRepo:
    """A right project with a remote that is empty."""
    return open_shop(tmp_path / "shop")


@pytest.fixture
def guarded(repo: GitRepo) -> GitRepo:
    """The same, pushed once, with the gate as git's pre-push hook."""
    repo.git("push", "-q", "-u", "origin", "main")
    arm(repo)
    return repo
