"""One bare remote, and the clones and work trees that push to it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.integration.push.kit import PROGRAM, Clone, bare
from tests.support import isolation
from tests.support.shell import OUTER, sh

BRANCHES = ("main", "release", "hotfix")
"""The branches that deploy."""

SETTINGS = """\
[push]
branches = ["main", "release", "hotfix"]

[targets.production]
runtime = "command"

[targets.production.command]
status = ["sh", "-c", {script}]
"""
CALLED = "echo \"$(tr '\\0' ' ' </proc/$PPID/cmdline)\" >>"
"""What production's command notes: who asked it, in one write."""

PATIENCE = 240.0
"""Seconds until all that works in the background must be over, on a machine that is busy."""


class Place:
    """A work tree that pushes. `clone` is the clone whose journal it shares."""

    def __init__(self, name: str, top: Path, clone: Clone) -> None:
        self.name, self.top, self.clone = name, top, clone

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, whatever comes of it."""
        return self.run("git", *arguments)

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the work tree, whatever comes of it."""
        return subprocess.run(
            argv,
            cwd=self.top,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").stdout.strip()

    def commit(self, message: str) -> str:
        """Add an empty commit of this place's own; its name."""
        what = ("--allow-empty", "--no-verify", "-m", f"{self.name}: {message}")
        sh("git", "commit", "-q", *what, cwd=self.top)
        return self.head()

    def catch_up(self, branch: str) -> None:
        """Fetch, and put what is here and not there on top of the remote's branch."""
        deadline = time.monotonic() + PATIENCE
        # Git gives up when another work tree of the clone moves a tracking ref meanwhile.
        while (done := self.git("fetch", "-q", "origin")).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} cannot fetch: {done.stderr}")
            time.sleep(0.05)
        sh("git", "rebase", "-q", f"origin/{branch}", cwd=self.top, timeout=PATIENCE)


class Shop:
    """The remote, with all branches there, and whoever pushes to it."""

    def __init__(self, folder: Path, clones: int, trees: int) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.remote = bare(folder / "shop.git")
        # The remote's own record of what it took: written with each update of a ref.
        sh("git", "-C", self.remote, "config", "core.logAllRefUpdates", "always")
        self.clones = [self._clone(f"clone{number}") for number in range(1, clones + 1)]
        self.places = [Place(each.top.name, each.top, each) for each in self.clones]
        for number in range(1, trees + 1):
            name = f"tree{number}"
            self.clones[0].git("worktree", "add", "-q", "-b", name, folder / name, "origin/main")
            self.places.append(Place(name, folder / name, self.clones[0]))

    def _clone(self, name: str) -> Clone:
        top = self.folder / name
        if (self.remote / "refs/heads/main").exists():
            sh("git", "clone", "-q", self.remote, top)
            clone = Clone(top)
        else:
            sh("git", "init", "-q", "-b", "main", top)
            clone = Clone(top)
            clone.git("remote", "add", "origin", str(self.remote))
            script = f"{CALLED} {self.calls}"
            clone.add("safeguards.toml", SETTINGS.format(script="'''" + script + "'''"))
            clone.commit("Describe production")
            clone.git("push", "-q", "origin", *(f"HEAD:refs/heads/{each}" for each in BRANCHES))
        clone.install()
        return clone

    def push(self, place: Place, *arguments: str, whole: bool = False) -> subprocess.Popen[bytes]:
        """Start `git push`, or with `whole` `safeguards push`, in a session of its own."""
        argv = [str(PROGRAM) if whole else "git", "push", *arguments]
        with (self.folder / "said").open("ab") as said:
            return subprocess.Popen(
                argv,
                cwd=place.top,
                env=dict(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def said(self) -> str:
        """All that the pushes have printed."""
        path = self.folder / "said"
        return path.read_text(errors="replace") if path.exists() else ""

    def settle(self, clones: Sequence[Clone] = ()) -> bool:
        """Wait until nothing is on its way any more in these clones, or in all; whether it came."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not any(_is_busy(clone) for clone in clones or self.clones):
                return True
            time.sleep(0.05)
        return False


def _is_busy(clone: Clone) -> bool:
    return bool(clone.spool.pending() or clone.spool.claimed() or clone.waiters())


@contextmanager
def isolated(folder: Path) -> Iterator[None]:
    """No setting of the person or of the machine reaches git."""
    with isolation.replaced_environment(isolation.environment(OUTER, folder)):
        yield
