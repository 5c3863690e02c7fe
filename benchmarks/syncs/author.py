"""Writes the commits of the toy, and pushes them to its one remote."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.integration.push.kit import bare
from tests.support.shell import sh

from benchmarks.syncs.changes import (
    FIRST_KIND,
    Commit,
    Revision,
    how_bad,
    models,
    new_revisions,
    schema_at,
)

TOY = Path(__file__).parent / "toy"
HOW = 'HOW = ""'


class Author:
    """One clone, with all commits that it pushed, oldest first."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.top = folder / "clone"
        self.remote = bare(folder / "toy.git")
        shutil.copytree(TOY, self.top, ignore=shutil.ignore_patterns("__pycache__"))
        (self.top / "migrations/versions").mkdir(exist_ok=True)
        for name, text in {**files, ".gitignore": "__pycache__/\n"}.items():
            (self.top / name).write_text(text)
        sh("git", "init", "-q", "-b", "main", self.top)
        sh("git", "remote", "add", "origin", self.remote, cwd=self.top)
        self.commits: list[Commit] = []
        first = Revision("0001", FIRST_KIND)
        self._push("first", (first,), (first,))

    def push(self, kind: str) -> Commit:
        """Commit a change of this kind on top of the last one, and push it."""
        known = self.commits[-1].revisions
        new = new_revisions(kind, known)
        return self._push(kind, (*known, *new), new)

    def clone(self, name: str) -> Path:
        """Another clone of the remote."""
        top = self.top.parent / name
        sh("git", "clone", "-q", self.remote, top)
        return top

    def tree(self, name: str) -> Path:
        """Another work tree of the clone."""
        top = self.top.parent / name
        sh("git", "worktree", "add", "-q", "--detach", top, cwd=self.top)
        return top

    def _push(
        self, kind: str, revisions: tuple[Revision, ...], new: tuple[Revision, ...]
    ) -> Commit:
        serial, bad = len(self.commits) + 1, how_bad(kind)
        schema = schema_at(revisions[-1].id, revisions)
        assert schema is not None
        extra = (TOY / "shop/extra.py").read_text()
        assert HOW in extra
        self._write("shop/extra.py", extra.replace(HOW, f'HOW = "{bad}"'))
        self._write("shop/models.py", models(serial, schema.columns, bad))
        for each in new:
            index = revisions.index(each)
            down = revisions[index - 1].id if index else None
            self._write(f"migrations/versions/r{each.id}.py", each.text(down))
        sh("git", "add", "-A", cwd=self.top)
        sh("git", "commit", "-q", "--no-verify", "-m", f"{serial}: {kind}", cwd=self.top)
        sh("git", "push", "-q", "--no-verify", "origin", "main", cwd=self.top)
        name = sh("git", "rev-parse", "HEAD", cwd=self.top).strip()
        commit = Commit(serial, name, kind, bad, revisions, new)
        self.commits.append(commit)
        return commit

    def _write(self, path: str, text: str) -> None:
        (self.top / path).write_text(text)
