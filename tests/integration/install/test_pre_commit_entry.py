"""`install --pre-commit`: our entry in a configuration that the real pre-commit reads."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml
from tests.integration.git import shop
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import PROGRAM, install, tries, uninstall
from tests.support.shell import sh

IDS = ["sqlalchemy-relationships", "alembic-history", "safeguards-pre-push"]
CONFIG = """\
# our hooks
minimum_pre_commit_version: '3.2.0'
repos:
-   repo: local   # odd indentation
    hooks:
    -   id: nothing
        name: nothing
        entry: "true"
        language: system
        stages: [manual]
"""


@pytest.fixture
def shopping(repo: GitRepo, home: Path) -> GitRepo:
    for name, content in shop.FILES.items():
        repo.add(name, content)
    repo.add(".pre-commit-config.yaml", CONFIG)
    repo.commit("Open the shop")
    return repo


def arm(repo: GitRepo) -> None:
    kinds = ("-t", "pre-commit", "-t", "pre-push")
    sh(sys.executable, "-m", "pre_commit", "install", *kinds, cwd=repo.top)


def test_it_goes_in_and_comes_out_again(shopping: GitRepo) -> None:
    at = shopping.top / ".pre-commit-config.yaml"
    at.chmod(0o600)
    install(shopping.top, "--pre-commit")
    first = at.read_text()
    assert [hook["id"] for hook in yaml.safe_load(first)["repos"][0]["hooks"]] == IDS
    assert shopping.git("diff", "--numstat").split() == ["31", "0", ".pre-commit-config.yaml"]
    assert at.stat().st_mode & 0o777 == 0o600
    assert "yaml: unchanged" in install(shopping.top, "--pre-commit")
    assert "yaml" not in install(shopping.top)
    assert at.read_text() == first
    uninstall(shopping.top)
    assert at.read_text() == CONFIG


def test_the_real_pre_commit_runs_it(shopping: GitRepo) -> None:
    install(shopping.top, "--pre-commit")
    uninstall_native = [p.unlink() for p in (shopping.top / ".git/hooks").iterdir()]
    assert uninstall_native
    arm(shopping)
    shopping.git("add", "--all")
    assert shopping.tries("commit", "-m", "Guard").returncode == 0
    shopping.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    done = shopping.tries("commit", "-m", "Bill somebody else")
    assert done.returncode == 1
    assert done.stderr.count("SG101 error") + done.stdout.count("SG101 error") == 1


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_with_the_native_hook_too_one_verdict_is_shared(shopping: GitRepo, first: str) -> None:
    if first == "theirs":
        arm(shopping)
    install(shopping.top, "--pre-commit")
    if first == "ours":
        arm(shopping)
    shopping.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    done = shopping.tries("commit", "-a", "-m", "Bill somebody else")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert said.count("SG101 error") == 1
    assert said.count("as judged above, by the hook of `safeguards install`") == 2
    assert "SQLAlchemy relationships.................................................Failed" in said
    assert "Alembic history..........................................................Passed" in said
    shopping.add("shop/order.py", shop.ORDER)
    done = shopping.tries("commit", "-a", "-m", "Guard")
    assert done.returncode == 0
    by_hand = tries(sys.executable, "-m", "pre_commit", "run", cwd=shopping.top)
    assert by_hand.returncode == 0
    assert "as judged above" not in by_hand.stdout


def test_run_by_hand_it_always_judges(shopping: GitRepo) -> None:
    install(shopping.top, "--pre-commit")
    arm(shopping)
    shopping.git("add", "--all")
    shopping.git("commit", "-q", "-m", "Guard")
    shopping.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    done = tries(sys.executable, "-m", "pre_commit", "run", cwd=shopping.top)
    assert done.returncode == 1
    assert "SG101 error" in done.stdout


def test_one_push_is_gated_once(shopping: GitRepo, remote: GitRepo) -> None:
    arm(shopping)
    install(shopping.top, "--pre-commit")
    shopping.git("commit", "-aqm", "Guard")
    done = shopping.tries("push", "origin", "main")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("PUSH GATE PASSED") == 1
    assert "as judged above" in done.stdout + done.stderr


def test_an_earlier_hook_that_calls_pre_commit_leaves_it_to_ours(shopping: GitRepo) -> None:
    hook = shopping.write(
        ".git/hooks/pre-commit", f"#!/bin/sh\nexec {sys.executable} -m pre_commit run\n"
    )
    hook.chmod(0o755)
    install(shopping.top, "--pre-commit")
    shopping.add("shop/order.py", shop.ORDER + shop.SECOND_KEY)
    done = shopping.tries("commit", "-a", "-m", "Bill somebody else")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert said.count("left to the hook of `safeguards install`, which runs next") == 2
    assert said.count("SG101 error") == 1


def test_the_name_is_written_where_it_finds_the_program(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(repo.top, "--pre-commit")
    at = repo.top / ".pre-commit-config.yaml"
    assert f"entry: {PROGRAM} scan --staged\n" in at.read_text()
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}")
    install(repo.top, "--pre-commit")
    assert "entry: safeguards scan --staged\n" in at.read_text()
    uninstall(repo.top)
    assert not at.exists()


def test_a_file_that_cannot_be_edited_is_left_and_said(repo: GitRepo) -> None:
    at = repo.write(".pre-commit-config.yaml", '{"repos": []}\n')
    said = install(repo.top, "--pre-commit", ok=(1,))
    assert ".git/hooks/pre-commit: written" in said
    assert ".pre-commit-config.yaml: refused; " in said
    assert at.read_text() == '{"repos": []}\n'
