"""Beside the real husky and lefthook: installed over them, and run again after us."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import Told, install, tries, uninstall
from tests.support.locks import alone
from tests.support.needs import Unavailable, skip
from tests.support.shell import CACHE, OUTER, CommandFailedError, sh

from safeguards.cli.installing import missing_hooks
from safeguards.system import git

PACKAGES = ("husky@9", "lefthook@2")
LEFTHOOK = """\
pre-commit:
  commands:
    note:
      run: |
        echo '{{"who": "lefthook"}}' >> {log}
pre-push:
  commands:
    note:
      run: |
        echo '{{"who": "lefthook-push"}}' >> {log}
"""


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the two, made once and kept."""
    folder = CACHE / "npm"
    if shutil.which("npm") is None:
        skip(Unavailable("npm", "npm is not on the PATH"))
    with alone("npm-packages"):
        if not (folder / "complete").exists():
            folder.mkdir(parents=True, exist_ok=True)
            options = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
            try:
                sh("npm", "install", *options, "--prefix", folder, *PACKAGES,
                   cwd=folder, env=OUTER, timeout=180)  # fmt: skip
            except CommandFailedError as error:
                skip(Unavailable("npm", f"npm install failed: {str(error).splitlines()[-1]}"))
            (folder / "complete").touch()
    return folder / "node_modules"


def lost(repo: GitRepo) -> list[str]:
    return [str(each) for each in missing_hooks(git.require(repo.top))]


class Husky:
    """A project that husky guards."""

    def __init__(self, repo: GitRepo, packages: Path, told: Told) -> None:
        self.repo, self.program = repo, packages / ".bin" / "husky"
        for name in ("pre-commit", "pre-push"):
            repo.write(f".husky/{name}", f'echo \'{{"who": "husky {name}"}}\' >> {told.path}\n')
        self.run()
        repo.git("add", "--all")
        repo.commit("Use husky")
        told.calls()

    def run(self) -> None:
        sh(self.program, cwd=self.repo.top)


@pytest.fixture
def husky(repo: GitRepo, packages: Path, told: Told) -> Husky:
    return Husky(repo, packages, told)


def test_over_husky(
    husky: Husky, repo: GitRepo, remote: GitRepo, told: Told, program: Path
) -> None:
    before = {p.name: p.read_bytes() for p in (repo.top / ".husky/_").iterdir()}
    said = install(repo.top, program=program)
    assert ".husky/_/pre-push: written; runs pre-push.before-safeguards first" in said
    assert repo.git("status", "--porcelain") == ""
    repo.commit()
    assert told.who() == ["husky pre-commit", "pre-commit"]
    repo.git("push", "-q", "origin", "main")
    assert told.who() == ["husky pre-push", "pre-push"]
    repo.write(".husky/pre-commit", "exit 4\n")
    assert repo.tries("commit", "--allow-empty", "-m", "x").returncode == 1
    assert told.who() == []
    uninstall(repo.top, program=program)
    assert {p.name: p.read_bytes() for p in (repo.top / ".husky/_").iterdir()} == before


def test_husky_again_after_us_is_named_and_mended(
    husky: Husky, repo: GitRepo, told: Told, program: Path
) -> None:
    before = {p.name: p.read_bytes() for p in (repo.top / ".husky/_").iterdir()}
    install(repo.top, program=program)
    husky.run()
    assert lost(repo) == [
        "pre-commit: husky has written over it",
        "pre-push: husky has written over it",
    ]
    done = tries(program, "install", cwd=repo.top)
    assert "note: did not run any more: pre-push: husky has written over it" in done.stderr
    assert lost(repo) == []
    repo.commit()
    assert told.who() == ["husky pre-commit", "pre-commit"]
    husky.run()
    uninstall(repo.top, program=program)
    assert {p.name: p.read_bytes() for p in (repo.top / ".husky/_").iterdir()} == before


def test_husky_that_comes_after_us_is_named_and_joined(
    repo: GitRepo, packages: Path, told: Told, program: Path
) -> None:
    install(repo.top, program=program)
    Husky(repo, packages, told)
    assert all("git takes its hooks from" in line for line in lost(repo))
    assert len(lost(repo)) == 3
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["husky pre-commit", "pre-commit"]
    uninstall(repo.top, program=program)
    assert not (repo.top / ".git/hooks").exists()


class Lefthook:
    """A project that lefthook guards."""

    def __init__(self, repo: GitRepo, packages: Path, told: Told) -> None:
        self.repo, self.program = repo, packages / ".bin" / "lefthook"
        repo.add("lefthook.yml", LEFTHOOK.format(log=told.path))
        repo.git("commit", "-q", "--no-verify", "-m", "Use lefthook")

    def run(self, verb: str = "install", *, ok: tuple[int, ...] = (0,)) -> None:
        sh(self.program, verb, cwd=self.repo.top, ok=ok)

    def commit(self) -> None:
        """Commit a file: of an empty commit lefthook says nothing."""
        self.repo.add("file", self.repo.git("rev-parse", "HEAD"))
        self.repo.commit()

    @property
    def hooks(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (self.repo.top / ".git/hooks").iterdir()}


@pytest.fixture
def lefthook(
    repo: GitRepo, packages: Path, told: Told, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Lefthook:
    monkeypatch.setenv("PATH", f"{packages / '.bin'}{os.pathsep}{os.environ['PATH']}")
    return Lefthook(repo, packages, told)


def test_over_lefthook(
    lefthook: Lefthook, repo: GitRepo, remote: GitRepo, told: Told, program: Path
) -> None:
    lefthook.run()
    before = lefthook.hooks
    install(repo.top, program=program)
    lefthook.commit()
    assert told.who() == ["lefthook", "pre-commit"]
    repo.git("push", "-q", "origin", "main")
    assert told.who() == ["lefthook-push", "pre-push"]
    uninstall(repo.top, program=program)
    assert lefthook.hooks == before


def test_lefthook_again_after_us_is_named_and_mended(
    lefthook: Lefthook, repo: GitRepo, told: Told, program: Path
) -> None:
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\necho mine\n").chmod(0o755)
    mine = lefthook.hooks
    install(repo.top, program=program)
    lefthook.run()
    assert lost(repo) == [
        "pre-commit: lefthook has written over it",
        "pre-push: lefthook has written over it",
    ]
    install(repo.top, program=program)
    assert lost(repo) == []
    lefthook.commit()
    assert told.who() == ["lefthook", "pre-commit"]
    uninstall(repo.top, program=program)
    assert sorted(lefthook.hooks) == ["pre-commit", "pre-commit.old", "pre-push"]
    lefthook.run("uninstall")
    assert lefthook.hooks == mine


def test_lefthook_that_leaves_takes_nothing_of_ours_along(
    lefthook: Lefthook, repo: GitRepo, told: Told, program: Path
) -> None:
    install(repo.top, program=program)
    lefthook.run()
    lefthook.run("uninstall")
    repo.commit()
    assert told.who() == ["pre-commit"]
    assert lost(repo) == []
    uninstall(repo.top, program=program)
    assert not (repo.top / ".git/hooks").exists()


def test_lefthook_that_writes_its_hooks_anew_during_a_commit_is_told(
    lefthook: Lefthook, repo: GitRepo, told: Told
) -> None:
    push = LEFTHOOK.partition("pre-push:")
    repo.add("lefthook.yml", push[0].format(log=told.path))
    repo.git("commit", "-q", "-m", "Commits only")
    lefthook.run()
    install(repo.top)
    changed = repo.add("lefthook.yml", LEFTHOOK.format(log=told.path))
    # lefthook looks again only at a file whose time differs, in whole seconds.
    os.utime(changed, (changed.stat().st_atime + 10, changed.stat().st_mtime + 10))
    done = repo.tries("commit", "-m", "Pushes too")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-3:] == [
        "warning: pre-commit: lefthook has written over it",
        "warning: pre-push: lefthook has written over it",
        "hint: safeguards install puts them back, beside the others",
    ]
    assert len(lost(repo)) == 2
    install(repo.top)
    assert lost(repo) == []
