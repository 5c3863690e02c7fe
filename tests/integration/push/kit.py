"""A clone whose pushes are followed, its remote, and what its journal says of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.integration.git.kit import GitRepo
from tests.support.shell import sh

from safeguards.journal.journal import Journal
from safeguards.journal.records import Push, Run
from safeguards.system import git
from safeguards.system.journal_store import JournalStore
from safeguards.system.spool import Spool

PROGRAM = Path(sys.executable).parent / "safeguards"
PATIENCE = 60.0
"""Seconds until what runs in the background must be over; nothing is asserted about speed."""

SETTINGS = """\
[push]
branches = ["main", "release"]

[targets.production]
runtime = "command"

[targets.production.command]
status = ["sh", "-c", "test ! -e {broken}"]
"""


class Clone(GitRepo):
    """A clone with hooks that follow its pushes; its production is well unless `broken` exists."""

    def __init__(self, top: Path) -> None:
        super().__init__(top)
        self.broken = top.parent / f"{top.name}.broken"

    @classmethod
    def of(cls, url: str, top: Path, object_format: str) -> Clone:
        """A new clone of an empty remote, with one commit that is not pushed."""
        # git clone makes a sha1 repository of an empty sha256 one.
        sh("git", "init", "-q", f"--object-format={object_format}", top)
        clone = cls(top)
        clone.git("remote", "add", "origin", url)
        clone.add("safeguards.toml", SETTINGS.format(broken=clone.broken))
        clone.commit("Describe production")
        clone.install()
        return clone

    def install(self) -> None:
        sh(PROGRAM, "install", cwd=self.top)

    @property
    def state(self) -> Path:
        repository = git.require(self.top)
        return repository.common_dir / "safeguards"

    @property
    def journal(self) -> Journal:
        return Journal(JournalStore(self.state / "journal.db"))

    @property
    def spool(self) -> Spool:
        return Spool(self.state)

    def runs(self) -> tuple[Run, ...]:
        return self.journal.runs(1000)

    def pushes(self) -> tuple[Push, ...]:
        return self.journal.pushes(1000)

    def push(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`git push`, whatever comes of it, with both outputs in `stderr`."""
        return subprocess.run(
            ["git", "push", *map(str, arguments)],
            cwd=cwd or self.top,
            env={**os.environ, **(env or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )

    def settled(self) -> tuple[Run, ...]:
        """The runs, once nothing is on its way any more."""
        spool = self.spool
        until(lambda: not (spool.pending() or spool.claimed() or self.waiters()))
        return self.runs()

    def waiters(self) -> list[str]:
        """Locks that a living process holds."""
        locks = self.state / "locks"
        names = [path.name for path in locks.glob("*")] if locks.is_dir() else []
        return [name for name in names if self.spool.is_locked(name)]


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return when the condition holds; fails when it does not come to hold."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def bare(path: Path, object_format: str = "sha1") -> Path:
    """A bare repository that takes pushes over http, too."""
    sh("git", "init", "-q", "--bare", f"--object-format={object_format}", path)
    sh("git", "-C", path, "symbolic-ref", "HEAD", "refs/heads/main")
    sh("git", "-C", path, "config", "http.receivepack", "true")
    return path
