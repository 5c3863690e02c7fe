"""The installed commit hook, without pre-commit: it judges what each kind of commit will hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.git import shop
from tests.integration.git.hooked import attempt
from tests.integration.git.kit import GitRepo
from tests.support.shell import ROOT, sh

PROGRAM = Path(sys.executable).parent / "safeguards"
REVISION = """\
revision = "{name}"
down_revision = {down!r}


def upgrade() -> None:
    pass
"""
TIDY = shop.BASE + "\n"
FAULT = shop.ORDER + shop.SECOND_KEY


@pytest.fixture
def guarded(repo: GitRepo) -> GitRepo:
    """The shop with an Alembic history, committed and guarded."""
    for name, content in shop.FILES.items():
        repo.add(name, content)
    repo.add("alembic.ini", "[alembic]\nscript_location = migrations\n")
    repo.add("migrations/env.py", "")
    repo.add("migrations/versions/one.py", REVISION.format(name="one", down=None))
    repo.commit("Open the shop")
    sh(PROGRAM, "install", cwd=repo.top)
    return repo


def test_a_clean_commit_prints_nothing(guarded: GitRepo) -> None:
    guarded.add("shop/base.py", TIDY)
    outcome = attempt(guarded, "commit", "-q", "-m", "Tidy")
    assert outcome.accepted
    assert outcome.output == ""


def test_a_fault_is_refused(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", FAULT)
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}


def test_models_and_history_are_judged_both(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", FAULT)
    for name in ("two", "three"):
        guarded.add(f"migrations/versions/{name}.py", REVISION.format(name=name, down="one"))
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else")
    assert outcome.refused
    assert outcome.rules() == {"SG101", "SG201"}


def test_a_second_head_alone_is_refused(guarded: GitRepo) -> None:
    guarded.add("migrations/versions/two.py", REVISION.format(name="two", down=None))
    outcome = attempt(guarded, "commit", "-m", "Begin anew")
    assert outcome.refused
    assert outcome.rules() <= {"SG201", "SG202", "SG203", "SG204", "SG205", "SG206", "SG207"}
    assert outcome.rules()


def test_commit_all_is_judged_by_what_it_commits(guarded: GitRepo) -> None:
    guarded.write("shop/order.py", FAULT)
    assert attempt(guarded, "commit", "-m", "Nothing", "--allow-empty").accepted
    outcome = attempt(guarded, "commit", "-a", "-m", "Bill somebody else")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}


def test_commit_of_a_path_is_judged_by_what_it_commits(guarded: GitRepo) -> None:
    guarded.write("shop/order.py", FAULT)
    guarded.write("shop/base.py", TIDY)
    outcome = attempt(guarded, "commit", "-m", "Bill", "--", "shop/order.py")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}
    guarded.add("shop/order.py", FAULT)
    assert attempt(guarded, "commit", "-m", "Tidy", "--", "shop/base.py").accepted


@pytest.mark.parametrize(("answer", "refused"), [("y", True), ("n", False)])
def test_an_interactive_commit_is_judged_by_the_hunks_that_were_taken(
    guarded: GitRepo, answer: str, refused: bool
) -> None:
    guarded.write("shop/base.py", TIDY)
    guarded.write("shop/order.py", FAULT)
    before = guarded.git("rev-parse", "HEAD")
    done = subprocess.run(
        ["git", "commit", "-p", "-m", "Some"],
        cwd=guarded.top,
        input=f"y\n{answer}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode != 0) == refused, done.stderr
    assert (guarded.git("rev-parse", "HEAD") == before) == refused
    assert ("SG101" in done.stdout + done.stderr) == refused


def test_a_linked_worktree_is_judged_by_its_own_index(guarded: GitRepo, tmp_path: Path) -> None:
    guarded.git("worktree", "add", "-q", tmp_path / "linked")
    linked = GitRepo(tmp_path / "linked")
    linked.add("shop/order.py", FAULT)
    outcome = attempt(linked, "commit", "-a", "-m", "Bill", cwd=linked.top / "shop")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}
    guarded.add("shop/base.py", TIDY)
    assert attempt(guarded, "commit", "-m", "Tidy").accepted


def test_a_submodule_is_judged_by_its_own_index(guarded: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo.init(tmp_path / "outer")
    outer.commit()
    outer.git("submodule", "add", "-q", guarded.top, "shop")
    inner = GitRepo(outer.top / "shop")
    sh(PROGRAM, "install", cwd=inner.top)
    inner.add("shop/order.py", FAULT)
    outcome = attempt(inner, "commit", "-m", "Bill somebody else")
    assert outcome.refused
    assert outcome.rules() == {"SG101"}
    assert attempt(outer, "commit", "-a", "-m", "Add the shop").accepted


def test_a_wrong_configuration_is_said_and_refused(guarded: GitRepo) -> None:
    guarded.add("safeguards.toml", "[scan]\nnothing = 1\n")
    outcome = attempt(guarded, "commit", "-m", "Configure")
    assert outcome.refused
    assert "safeguards.toml" in outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("hook", sorted(p.name for p in (ROOT / "hooks").iterdir()))
def test_a_hook_stays_a_shim(hook: str) -> None:
    text = (ROOT / "hooks" / hook).read_text()
    assert len(text.splitlines()) <= 20
    assert text.startswith("#!/bin/sh\n# safeguards: ")
    assert text.count("\nSAFEGUARDS=safeguards\n") == (hook != "reference-transaction")
