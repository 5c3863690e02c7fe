"""`sqlalchemy-configure-mappers` through the real pre-commit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.integration.git import shop
from tests.integration.git.hooked import pre_commit
from tests.integration.git.kit import GitRepo
from tests.support.shell import ROOT, sh

pytestmark = pytest.mark.slow

HOOK = "sqlalchemy-configure-mappers"
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: sqlalchemy-configure-mappers
        args: [shop.customer, --import, shop.order]
"""
HIDDEN = '    payer = relationship(globals()["Customer"])\n'
"""A relationship whose target no reader of the text knows."""


@pytest.fixture
def project(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """The shop, with this hook and the `safeguards` of these tests on the PATH."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    clone = tmp_path / "safeguards"
    sh("git", "clone", "-q", ROOT, clone)
    revision = sh("git", "rev-parse", "HEAD", cwd=clone).strip()
    repo = GitRepo.init(tmp_path / "shop")
    for name, content in shop.FILES.items():
        repo.add(name, content)
    repo.add(".pre-commit-config.yaml", CONFIG.format(repo=clone, rev=revision))
    repo.commit("Open the shop")
    return repo


def test_the_hook_refuses_what_only_an_import_shows(project: GitRepo) -> None:
    clean = pre_commit("run", HOOK, "--all-files", cwd=project.top)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    order = f"from shop.customer import Customer\n{shop.ORDER}{shop.SECOND_KEY}{HIDDEN}"
    project.add("shop/order.py", order)
    refused = pre_commit("run", HOOK, cwd=project.top)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "SG101 error: Order.payer: AmbiguousForeignKeysError" in refused.stdout


def test_the_hook_without_a_module_says_what_is_missing(project: GitRepo) -> None:
    config = (project.top / ".pre-commit-config.yaml").read_text()
    project.add(".pre-commit-config.yaml", config.partition("        args")[0])
    asked = pre_commit("run", HOOK, "--all-files", cwd=project.top)
    assert asked.returncode == 1
    assert "'--import' requires an argument" in asked.stdout
