"""A project that is not this one, guarded by the hook of a clone of this repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.integration.git.kit import GitRepo
from tests.integration.git.shop import FILES

CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: sqlalchemy-relationships
"""


def pre_commit(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real pre-commit; the first call for a revision also installs the hook."""
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def make_project(top: Path, clone: Path, revision: str) -> GitRepo:
    """The shop, committed, with the hook armed for commits and merges."""
    repo = GitRepo.init(top)
    for name, content in FILES.items():
        repo.add(name, content)
    repo.add(".pre-commit-config.yaml", CONFIG.format(repo=clone, rev=revision))
    repo.commit("Open the shop")
    kinds = ("--hook-type", "pre-commit", "--hook-type", "pre-merge-commit")
    done = pre_commit("install", "--install-hooks", *kinds, cwd=top)
    assert done.returncode == 0, done.stdout + done.stderr
    return repo


class Outcome:
    """What a `git commit` or `git merge` did: refused or not, and what the hook said."""

    def __init__(self, done: subprocess.CompletedProcess[str], moved: bool) -> None:
        self.output = done.stdout + done.stderr
        self.returncode = done.returncode
        self.accepted = done.returncode == 0 and moved
        self.refused = done.returncode != 0 and not moved

    def rules(self) -> set[str]:
        """The rules that the hook named."""
        return set(re.findall(r"\bSG\d{3}\b", self.output))

    def said(self) -> str:
        """What the hook itself printed, without what pre-commit and git print around it."""
        header = r"^- duration: [^\n]*\n(?:- exit code: \d+\n)?(.*)"
        own = re.search(header, self.output, re.MULTILINE | re.DOTALL)
        assert own, self.output
        after = r"^\[[^\]]+\] |^Merge made|^Updating"
        return re.split(after, own[1], flags=re.MULTILINE)[0].strip()


def attempt(repo: GitRepo, *arguments: str, cwd: Path | None = None) -> Outcome:
    """Run a git command that ends in a commit."""
    at = cwd or repo.top
    before = repo.tries("rev-parse", "HEAD", cwd=at).stdout
    done = repo.tries(*arguments, cwd=at)
    return Outcome(done, repo.tries("rev-parse", "HEAD", cwd=at).stdout != before)
