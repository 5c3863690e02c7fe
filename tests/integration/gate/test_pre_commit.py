"""The hook id `safeguards-pre-push` under the real pre-commit, with the program that is here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml
from tests.integration.gate.kit import AMBIGUOUS, Ended, head, open_shop, push, tip
from tests.integration.git.hooked import pre_commit
from tests.integration.git.kit import GitRepo
from tests.support.shell import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def hooked(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A shop, pushed once, whose pushes pre-commit guards as the manifest says."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (hook,) = [each for each in manifest if each["id"] == "safeguards-pre-push"]
    # Only the environment is not built: that takes a package index and says nothing of the hook.
    hook |= {"language": "system"}
    hook.pop("minimum_pre_commit_version")
    repo = open_shop(tmp_path / "shop")
    repo.add(
        ".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]})
    )
    repo.commit("Guard the pushes")
    done = pre_commit("install", "--hook-type", "pre-push", cwd=repo.top)
    assert done.returncode == 0, done.stdout + done.stderr
    return repo


def spoil(repo: GitRepo) -> None:
    repo.add("shop/order.py", AMBIGUOUS)
    repo.commit("Bill somebody else")


def told(ended: Ended) -> str:
    return ended.out + ended.err


def test_the_first_push_of_a_whole_repository(hooked: GitRepo) -> None:
    ended = push(hooked.top, "-u", "origin", "main")
    assert ended.code == 0, told(ended)
    assert "PUSH GATE PASSED" in told(ended)
    assert tip(hooked) == head(hooked)


def test_a_fault_is_refused_whatever_the_work_tree_holds(hooked: GitRepo) -> None:
    hooked.git("push", "-q", "--no-verify", "origin", "main")
    spoil(hooked)
    hooked.git("checkout", "-q", "-b", "side", "HEAD^")
    ended = push(hooked.top, "origin", "main")
    assert ended.code != 0
    assert "SG101" in told(ended)
    assert "PUSH GATE REFUSED" in told(ended)
    assert tip(hooked) == head(hooked, "side")


def test_a_push_of_another_branch_passes(hooked: GitRepo) -> None:
    spoil(hooked)
    ended = push(hooked.top, "origin", "main:side")
    assert ended.code == 0, told(ended)


def test_a_skip_is_shown(hooked: GitRepo) -> None:
    spoil(hooked)
    ended = push(hooked.top, "origin", "main", SAFEGUARDS_SKIP="fire")
    assert ended.code == 0, told(ended)
    assert "PUSH GATE SKIPPED: fire" in told(ended)
