"""The manifest through the real pre-commit and real commits; see docs/pre-commit.md."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.integration.git import shop
from tests.integration.git.hooked import attempt, make_project, pre_commit
from tests.integration.git.kit import GitRepo
from tests.support.histories import text
from tests.support.needs import Unavailable, skip
from tests.support.shell import ROOT, CommandFailedError, sh

pytestmark = pytest.mark.slow

HISTORY = "alembic-history"


@pytest.fixture(scope="session")
def hooked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A HOME in which pre-commit builds the hook's environment once for all tests."""
    return tmp_path_factory.mktemp("hooked-home")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, hooked_home: Path) -> GitRepo:
    """A guarded project, made from the last commit of this repository, not its work tree."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(hooked_home))
        folder = tmp_path_factory.mktemp("hooked")
        clone = folder / "safeguards"
        sh("git", "clone", "-q", ROOT, clone)
        revision = sh("git", "rev-parse", "HEAD", cwd=clone).strip()
        try:
            return make_project(folder / "template", clone, revision)
        except AssertionError:
            _skip_without_an_index(folder)
            raise


def _skip_without_an_index(folder: Path) -> None:
    fetch = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder / "probe")
    try:
        sh(*fetch, "click", timeout=120)
    except CommandFailedError:
        skip(Unavailable("precommit", "no package index to install the hook from"))


@pytest.fixture
def guarded(
    template: GitRepo, hooked_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> GitRepo:
    """A project of this test's own, clean and armed."""
    monkeypatch.setenv("HOME", str(hooked_home))
    shutil.copytree(template.top, tmp_path / "shop", symlinks=True)
    return GitRepo(tmp_path / "shop")


def test_a_clean_commit_passes_and_the_scan_prints_nothing(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.TO_CUSTOMER)
    outcome = attempt(guarded, "commit", "-m", "Know the customer")
    assert outcome.accepted, outcome.output
    assert outcome.said() == ""


def test_a_fault_made_by_another_file_is_refused(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    assert guarded.git("diff", "--cached", "--name-only").split() == ["shop/order.py"]
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}
    assert "shop/customer.py:9:" in outcome.said()


def test_a_fault_in_the_file_itself_is_refused(guarded: GitRepo) -> None:
    guarded.add(
        "shop/customer.py", shop.CUSTOMER.replace('    orders = relationship("Order")\n', "")
    )
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY + shop.TO_CUSTOMER)
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}
    assert "shop/order.py:12:" in outcome.said()


def test_a_commit_that_only_deletes_the_target_is_refused(guarded: GitRepo) -> None:
    guarded.git("rm", "-q", "shop/order.py")
    outcome = attempt(guarded, "commit", "-m", "No more orders")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG105"}


def test_commit_all_is_judged_by_what_it_commits(guarded: GitRepo) -> None:
    guarded.write("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    outcome = attempt(guarded, "commit", "-a", "-m", "Bill somebody else")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}


def test_commit_of_a_path_is_judged_by_what_it_commits(guarded: GitRepo) -> None:
    guarded.write("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    guarded.write("notes.txt", "unrelated")
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else", "--", "shop/order.py")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}


def test_commit_of_another_path_leaves_a_staged_fault_behind(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    guarded.write("shop/base.py", shop.BASE + "\n")
    outcome = attempt(guarded, "commit", "-m", "Tidy", "--", "shop/base.py")
    assert outcome.accepted, outcome.output
    assert outcome.rules() == set()


def test_a_staged_fault_is_refused_though_the_work_tree_is_right(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    guarded.write("shop/order.py", shop.ORDER)
    outcome = attempt(guarded, "commit", "-m", "Bill somebody else")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}
    assert (guarded.top / "shop/order.py").read_text() == shop.ORDER


def test_a_fault_that_is_not_staged_does_not_count(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.TO_CUSTOMER)
    guarded.write("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    outcome = attempt(guarded, "commit", "-m", "Know the customer")
    assert outcome.accepted, outcome.output
    assert (guarded.top / "shop/order.py").read_text() == shop.ORDER + shop.SECOND_KEY


def test_an_untracked_file_hides_no_fault(guarded: GitRepo) -> None:
    guarded.add("shop/order.py", shop.ORDER + shop.TO_INVOICE)
    guarded.write("shop/invoice.py", shop.INVOICE)
    outcome = attempt(guarded, "commit", "-m", "Send invoices")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG105"}
    guarded.git("add", "shop/invoice.py")
    outcome = attempt(guarded, "commit", "-m", "Send invoices")
    assert outcome.accepted, outcome.output


def test_a_warning_is_visible_and_lets_the_commit_pass(guarded: GitRepo) -> None:
    guarded.add("shop/category.py", shop.CATEGORY)
    outcome = attempt(guarded, "commit", "-m", "Sort the goods")
    assert outcome.accepted, outcome.output
    assert "shop/category.py:11:" in outcome.said()
    assert "SG110 warning:" in outcome.said()


def test_a_linked_worktree_is_judged_by_its_own_index(guarded: GitRepo, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    guarded.git("worktree", "add", "-q", linked)
    other = GitRepo(linked)
    other.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    outcome = attempt(other, "commit", "-m", "Bill somebody else", cwd=linked / "shop")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}
    guarded.add("shop/order.py", shop.ORDER + shop.TO_CUSTOMER)
    assert attempt(guarded, "commit", "-m", "Know the customer").accepted


@pytest.fixture
def diverged(guarded: GitRepo) -> GitRepo:
    """Two branches, each right by itself: one adds a key, the other a relationship."""
    guarded.git("switch", "-q", "-c", "keys")
    guarded.add(
        "shop/customer.py", shop.CUSTOMER.replace('    orders = relationship("Order")\n', "")
    )
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    assert attempt(guarded, "commit", "-m", "Bill somebody else").accepted
    guarded.git("switch", "-q", "main")
    guarded.add("shop/report.py", REPORT)
    assert attempt(guarded, "commit", "-m", "Report on orders").accepted
    return guarded


REPORT = """\
from sqlalchemy.orm import relationship

from shop.customer import Customer

Customer.all_orders = relationship("Order")
"""


def test_a_merge_that_makes_a_fault_is_refused(diverged: GitRepo) -> None:
    outcome = attempt(diverged, "merge", "--no-edit", "keys")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}
    assert "shop/report.py:5:" in outcome.said()


def test_a_merge_with_a_conflict_is_judged_when_it_is_committed(diverged: GitRepo) -> None:
    diverged.add("shop/order.py", shop.ORDER + "\n    # by hand\n")
    assert attempt(diverged, "commit", "-m", "Note").accepted
    assert diverged.tries("merge", "--no-edit", "keys").returncode == 1
    diverged.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    outcome = attempt(diverged, "commit", "--no-edit")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG101"}


@pytest.mark.parametrize("arguments", [(), ("--all-files",), ("--hook-stage", "manual")])
def test_run_by_hand_and_in_ci(guarded: GitRepo, arguments: tuple[str, ...]) -> None:
    done = pre_commit("run", *arguments, cwd=guarded.top)
    assert done.returncode == 0, done.stdout
    guarded.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    done = pre_commit("run", *arguments, cwd=guarded.top)
    assert done.returncode == 1
    assert "SG101" in done.stdout


@pytest.fixture
def migrated(guarded: GitRepo) -> GitRepo:
    """The project with a history of migrations and the hook for it; the other hook is off."""
    config = (guarded.top / ".pre-commit-config.yaml").read_text()
    guarded.add(".pre-commit-config.yaml", config.replace("sqlalchemy-relationships", HISTORY))
    guarded.add("alembic.ini", "[alembic]\nscript_location = m\n")
    guarded.add("m/env.py", "raise SystemExit('env.py was run')\n")
    guarded.add("m/versions/1.py", text("1"))
    outcome = attempt(guarded, "commit", "-m", "Begin the history")
    assert outcome.accepted, outcome.output
    assert outcome.said() == ""
    return guarded


def test_a_second_head_is_refused(migrated: GitRepo) -> None:
    migrated.add("m/versions/2.py", text("2", "1"))
    assert attempt(migrated, "commit", "-m", "Two").accepted
    migrated.add("m/versions/3.py", text("3", "1"))
    outcome = attempt(migrated, "commit", "-m", "Three")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG201"}
    assert "m/versions/3.py:2:" in outcome.said()
    migrated.write("m/versions/3.py", text("3", "2"))
    outcome = attempt(migrated, "commit", "-a", "-m", "Three")
    assert outcome.accepted, outcome.output


def test_a_forgotten_revision_is_shown_and_an_ignored_one_refused(migrated: GitRepo) -> None:
    migrated.write("m/versions/2.py", text("2", "1"))
    migrated.add("note", "")
    outcome = attempt(migrated, "commit", "-m", "Note")
    assert outcome.accepted, outcome.output
    assert "m/versions/2.py:1:1: SG208 warning:" in outcome.said()
    migrated.add(".gitignore", "2*.py\n")
    outcome = attempt(migrated, "commit", "-m", "Ignore")
    assert outcome.refused, outcome.output
    assert "m/versions/2.py:1:1: SG208 error:" in outcome.said()


def test_a_commit_of_a_path_is_judged_by_its_own_index(migrated: GitRepo) -> None:
    migrated.add("m/versions/2.py", text("2", "1"))
    migrated.add("m/versions/3.py", text("3", "1"))
    outcome = attempt(migrated, "commit", "-m", "Two", "--", "m/versions/2.py")
    assert outcome.accepted, outcome.output
    assert "m/versions/3.py:1:1: SG208 warning:" in outcome.said()
    outcome = attempt(migrated, "commit", "-m", "Three", "--", "m/versions/3.py")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG201"}


def test_a_merge_that_makes_two_heads_is_refused(migrated: GitRepo) -> None:
    migrated.git("switch", "-q", "-c", "phone")
    migrated.add("m/versions/2.py", text("2", "1"))
    assert attempt(migrated, "commit", "-m", "Two").accepted
    migrated.git("switch", "-q", "main")
    migrated.add("m/versions/3.py", text("3", "1"))
    assert attempt(migrated, "commit", "-m", "Three").accepted
    outcome = attempt(migrated, "merge", "--no-edit", "phone")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG201"}


def test_an_edit_of_what_was_pushed_is_refused(migrated: GitRepo, tmp_path: Path) -> None:
    migrated.git("clone", "-q", "--bare", migrated.top, tmp_path / "origin.git")
    migrated.git("remote", "add", "origin", tmp_path / "origin.git")
    migrated.git("fetch", "-q", "origin")
    migrated.add("m/versions/1.py", text("1").replace("pass", "x = 1"))
    outcome = attempt(migrated, "commit", "-m", "Edit")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG207"}
    migrated.git("rm", "-q", "-f", "m/versions/1.py")
    outcome = attempt(migrated, "commit", "-m", "Delete")
    assert outcome.refused, outcome.output
    assert outcome.rules() == {"SG207"}


def test_the_program_of_its_environment_finds_the_hooks_to_install(
    guarded: GitRepo, hooked_home: Path
) -> None:
    programs = hooked_home.glob(".cache/pre-commit/repo*/py_env-*/bin/safeguards")
    program = min(programs)
    sh(program, "install", cwd=guarded.top)
    hook = (guarded.top / ".git/hooks/pre-push").read_text()
    assert f"SAFEGUARDS={program}\n" in hook
