"""Beside the real pre-commit: either may come first and go first; every hook runs once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import (
    Told,
    earlier_hook,
    install,
    put_hook,
    uninstall,
    untouched,
)
from tests.support.shell import sh

CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: theirs
        name: theirs
        entry: {entry}
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-commit, pre-push]
"""
NOTE = """\
import json, os, sys
with open({log!r}, "a") as log:
    told = {{"who": "theirs", "args": [], "stdin": os.environ.get("PRE_COMMIT_REMOTE_BRANCH", "")}}
    log.write(json.dumps(told) + "\\n")
sys.exit(int(os.environ.get("THEIRS_EXITS", "0")))
"""


@pytest.fixture
def repo(repo: GitRepo, told: Told, tmp_path: Path, home: Path) -> GitRepo:
    note = tmp_path / "note.py"
    note.write_text(NOTE.format(log=str(told.path)))
    repo.add(".pre-commit-config.yaml", CONFIG.format(entry=f"{sys.executable} {note}"))
    repo.commit("Use pre-commit")
    return repo


class Both:
    """The two installers, by the letters of a story: s S for ours, p P for pre-commit."""

    def __init__(self, repo: GitRepo, program: Path) -> None:
        self.repo, self.program = repo, program

    def play(self, story: str) -> None:
        for letter in story:
            if letter in "sS":
                verb = install if letter == "s" else uninstall
                verb(self.repo.top, program=self.program)
            else:
                kinds = ("-t", "pre-commit", "-t", "pre-push")
                verb_name = "install" if letter == "p" else "uninstall"
                call = (sys.executable, "-m", "pre_commit", verb_name, *kinds)
                said = sh(*call, cwd=self.repo.top)
                assert "bug" not in said


@pytest.fixture
def both(repo: GitRepo, program: Path) -> Both:
    return Both(repo, program)


@pytest.mark.parametrize(
    ("story", "goodbye", "earlier"),
    [
        ("sp", "SP", True),
        ("sp", "PS", False),
        ("ps", "PS", True),
        ("ps", "SP", True),
        ("psp", "PS", True),
        ("spss", "SP", True),
    ],
)
def test_each_runs_once_and_all_comes_back(
    repo: GitRepo,
    remote: GitRepo,
    told: Told,
    both: Both,
    story: str,
    goodbye: str,
    earlier: bool,
) -> None:
    others = ["earlier"] if earlier else []
    if earlier:
        put_hook(repo, "pre-commit", earlier_hook(told, "earlier"), 0o700)
        put_hook(repo, "pre-push", earlier_hook(told, "pre-push-earlier"))
    before = untouched(repo.top / ".git")
    both.play(story)
    repo.commit()
    assert sorted(told.who()) == sorted(["pre-commit", "theirs", *others])
    repo.git("push", "-q", "origin", "main")
    assert sorted(told.who()) == sorted(
        ["pre-push", "theirs", *(f"pre-push-{who}" for who in others)]
    )
    both.play(goodbye[0])
    repo.commit()
    left = {"S": "theirs", "P": "pre-commit"}[goodbye[0]]
    assert sorted(told.who()) == sorted([left, *others])
    both.play(goodbye[1])
    assert _hooks(untouched(repo.top / ".git")) == _hooks(before)


def test_the_push_hook_gets_all_lines_below_pre_commit(
    repo: GitRepo, remote: GitRepo, told: Told, both: Both
) -> None:
    both.play("ps")
    repo.git("branch", "second")
    told.calls()
    repo.git("push", "-q", "origin", "main", "second")
    ours = next(call for call in told.calls() if call["who"] == "pre-push")
    assert ours["args"] == ["origin", str(remote.top)]
    assert len(str(ours["stdin"]).splitlines()) == 2


@pytest.mark.parametrize(
    ("story", "who"),
    [("sp", "TOLD_TO_EXIT"), *(("ps", f"{who}_EXITS") for who in ("THEIRS", "EARLIER"))],
)
def test_each_of_them_can_refuse(
    repo: GitRepo,
    remote: GitRepo,
    told: Told,
    both: Both,
    story: str,
    who: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_hook(repo, "pre-commit", earlier_hook(told, "earlier"))
    put_hook(repo, "pre-push", earlier_hook(told, "pre-push-earlier"))
    both.play(story)
    monkeypatch.setenv(who, "5")
    assert repo.tries("commit", "--allow-empty", "-m", "x").returncode == 1
    assert repo.tries("push", "origin", "main").returncode == 1
    assert remote.git("for-each-ref") == ""


def test_pre_commit_asked_to_forget_the_others_is_noticed(
    repo: GitRepo, both: Both, program: Path
) -> None:
    both.play("ps")
    sh(sys.executable, "-m", "pre_commit", "install", "-f", "-t", "pre-push", cwd=repo.top)
    done = install(repo.top, program=program)
    assert ".git/hooks/pre-push.legacy: written" in done
    both.play("SP")
    assert list((repo.top / ".git/hooks").iterdir()) == []


def _hooks(files: dict[str, tuple[int, bytes]]) -> dict[str, tuple[int, bytes]]:
    return {name: facts for name, facts in files.items() if name.startswith("hooks/")}
