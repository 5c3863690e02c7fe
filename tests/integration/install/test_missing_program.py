"""The program is gone: nothing but a push is kept from happening, and that says why."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import Told, install, put_hook
from tests.support.shell import ROOT


def removed(program: Path) -> None:
    program.unlink()


def interpreter_moved(program: Path) -> None:
    program.write_text(program.read_text().replace(sys.executable, "/no/such/python"))


def long_interpreter_moved(program: Path) -> None:
    """What pip writes where the path of the interpreter is long or has a space in it."""
    program.write_text("#!/bin/sh\n'''exec' \"/no such/python\" \"$0\" \"$@\"\n' '''\n")


def not_executable(program: Path) -> None:
    program.chmod(0o644)


def package_gone(program: Path) -> None:
    """Another Python under the same path, as after an upgrade of the system's."""
    program.write_text(f"#!{sys.executable}\nimport no_such_package\n")


LOSSES = [removed, interpreter_moved, long_interpreter_moved, not_executable, package_gone]
Loss = Callable[[Path], None]


@pytest.fixture
def guarded(repo: GitRepo, remote: GitRepo, program: Path) -> GitRepo:
    repo.git("push", "-q", "origin", "main")
    install(repo.top, program=program)
    return repo


@pytest.mark.parametrize("loss", LOSSES)
def test_a_commit_passes_with_a_warning(guarded: GitRepo, program: Path, loss: Loss) -> None:
    loss(program)
    done = guarded.tries("commit", "--allow-empty", "-m", "x")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-2:] == [
        f"warning: {program} cannot be run, so this commit was not judged",
        "hint: run safeguards install where it is installed now, or safeguards uninstall",
    ]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_push_is_refused_with_the_ways_on(
    guarded: GitRepo, remote: GitRepo, program: Path, loss: Loss
) -> None:
    loss(program)
    before = remote.git("rev-parse", "main")
    guarded.commit()
    done = guarded.tries("push", "origin", "main")
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith(("error:", "hint:"))]
    assert said[:2] == [
        f"error: {program} cannot be run, so this push was not judged",
        "hint: run safeguards install where it is installed now, or push with --no-verify",
    ]
    assert remote.git("rev-parse", "main") == before
    assert guarded.tries("push", "--no-verify", "origin", "main").returncode == 0
    assert remote.git("rev-parse", "main") != before


@pytest.mark.parametrize(("loss", "armed"), [(removed, False), *((loss, True) for loss in LOSSES)])
def test_fetch_rebase_and_the_rest_go_on(
    guarded: GitRepo, remote: GitRepo, program: Path, loss: Loss, armed: bool, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    guarded.git("clone", "-q", remote.top, other)
    GitRepo(other).commit("theirs")
    GitRepo(other).git("push", "-q", "origin", "main")
    for number in range(3):
        guarded.add(f"file{number}", "x")
        guarded.git("commit", "-q", "--no-verify", "-m", f"ours {number}")
    loss(program)
    if armed:
        at = put_hook(guarded, "reference-transaction", "")
        shutil.copy(ROOT / "hooks/reference-transaction", at)
        guarded.write(".git/safeguards/pending/1.json", "{}")
    commands = ["fetch -q", "rebase -q origin/main", "tag one", "branch two", "stash list"]
    for command in commands:
        done = guarded.tries(*command.split())
        assert (command, done.returncode) == (command, 0), done.stderr
        assert "error" not in done.stderr
    assert guarded.git("log", "--format=%s").split("\n")[:4] == [
        "ours 2",
        "ours 1",
        "ours 0",
        "theirs",
    ]


def test_a_program_that_judges_is_believed_whatever_it_exits_with(
    guarded: GitRepo, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in (1, 70, 78, 126, 127, 130):
        monkeypatch.setenv("TOLD_TO_EXIT", str(code))
        assert guarded.tries("commit", "--allow-empty", "-m", "x").returncode == 1
        assert guarded.tries("push", "origin", "main:other").returncode == 1
    assert told.who() == ["pre-commit", "pre-push"] * 6


def test_after_another_install_all_is_well(guarded: GitRepo, told: Told, program: Path) -> None:
    elsewhere = program.parent.parent / "moved" / "safeguards"
    elsewhere.parent.mkdir()
    program.rename(elsewhere)
    assert guarded.tries("push", "origin", "main:other").returncode == 1
    install(guarded.top, program=elsewhere)
    assert guarded.tries("push", "-q", "origin", "main:other").returncode == 0
    assert told.who() == ["pre-push"]
