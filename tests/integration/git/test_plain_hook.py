"""`hooks/pre-commit` as git runs it, without pre-commit."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from tests.integration.git import shop
from tests.integration.git.hooked import attempt
from tests.integration.git.kit import GitRepo
from tests.support.shell import ROOT


def armed(repo: GitRepo, program: Path) -> GitRepo:
    hook = (ROOT / "hooks" / "pre-commit").read_text()
    line = "SAFEGUARDS=safeguards\n"
    assert hook.count(line) == 1
    at = repo.write(
        ".git/hooks/pre-commit", hook.replace(line, f"SAFEGUARDS={shlex.quote(str(program))}\n")
    )
    at.chmod(0o755)
    for name, content in shop.FILES.items():
        repo.add(name, content)
    return repo


@pytest.fixture
def installed() -> Path:
    return Path(sys.executable).parent / "safeguards"


def test_a_clean_commit_prints_nothing(repo: GitRepo, installed: Path) -> None:
    outcome = attempt(armed(repo, installed), "commit", "-q", "-m", "Open the shop")
    assert outcome.accepted
    assert outcome.output == ""


def test_a_fault_is_refused(repo: GitRepo, installed: Path) -> None:
    armed(repo, installed).add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    outcome = attempt(repo, "commit", "-m", "Open the shop")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}


def test_a_missing_program_is_no_pass(repo: GitRepo, tmp_path: Path) -> None:
    program = tmp_path / "gone" / "safeguards"
    outcome = attempt(armed(repo, program), "commit", "-m", "Open the shop")
    assert outcome.refused
    assert outcome.output.splitlines() == [
        f"error: {program} is not on the PATH, so this commit was not checked",
        "hint: activate the environment it is installed in, or commit with --no-verify",
    ]


def test_it_stays_a_shim() -> None:
    assert len((ROOT / "hooks" / "pre-commit").read_text().splitlines()) <= 20
