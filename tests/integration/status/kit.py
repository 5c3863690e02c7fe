"""A clone whose remote is a folder beside it, and what is known of its pushes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
from tests.integration.git.kit import GitRepo
from tests.support.shell import sh

from safeguards.journal.journal import Journal
from safeguards.push.pending import Awaited, Pending, encode
from safeguards.pushed import PushedRef
from safeguards.runs import Push, Run
from safeguards.system.journal_store import JournalStore
from safeguards.system.spool import Spool

CONFIG = """\
[targets.production]
runtime = "command"
{restart_on}
[targets.production.command]
status = ["test", "-e", "{running}"]
"""
MAIN = "refs/heads/main"
TRACKING = "refs/remotes/origin/main"


class Ended(msgspec.Struct, frozen=True):
    """A finished `safeguards`."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def safeguards(*argv: str | Path, cwd: Path, **env: str) -> Ended:
    """Run the program in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", *map(str, argv)],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class Clone(GitRepo):
    """A clone of `origin` with a production that is a file called `running`."""

    origin: Path

    @classmethod
    def make(cls, folder: Path, *, object_format: str = "sha1", restart_on: str = "") -> Clone:
        """A remote, and a clone whose first commit the remote has."""
        origin = folder / "origin.git"
        sh("git", "init", "-q", "--bare", f"--object-format={object_format}", origin)
        # Git 2.39 clones an empty repository of sha256 as one of sha1.
        clone = cls(cls.init(folder / "clone", object_format=object_format).top)
        clone.git("remote", "add", "origin", origin)
        clone.origin = origin
        running = folder / "running"
        running.touch()
        line = f"restart-on = {restart_on}" if restart_on else ""
        clone.add("safeguards.toml", CONFIG.format(running=running, restart_on=line))
        clone.commit("first")
        clone.git("push", "-q", "origin", "main")
        return clone

    @property
    def journal(self) -> Journal:
        """The journal that the program uses."""
        return Journal(JournalStore(self.top / ".git" / "safeguards" / "journal.db"))

    @property
    def spool(self) -> Spool:
        """The records that the program uses."""
        return Spool(self.top / ".git" / "safeguards")

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD").strip()

    def pending(self, record: str, commit: str, **changes: Any) -> Pending:
        """Leave the record of a push of `commit` to main, as the gate leaves it."""
        ref = PushedRef(MAIN, commit, MAIN, "0" * len(commit))
        made = Pending(
            id=record,
            at="2026-01-01T00:00:00.000Z",
            remote="origin",
            url=str(self.origin),
            lines=(ref,),
            awaited=(Awaited(ref, TRACKING),),
            top=str(self.top),
            gate="pass",
        )
        pending = msgspec.structs.replace(made, **changes)
        self.journal.write_push(pending.push())
        self.spool.put(record, encode(pending))
        return pending

    def synced(self, record: str = "r1") -> Run:
        """Let the worker do what follows a push of HEAD."""
        self.pending(record, self.head())
        done = self.run("hook", "worker", record, "--in", self.top, self.top / ".git")
        run = self.journal.run(record)
        assert run is not None, done
        assert run.status == "pass", done
        return run

    def elsewhere(self, path: str = "app/models.py", content: str = "1") -> str:
        """Somebody else puts a commit on the remote's main; its name."""
        other = self.top.parent / "other"
        if not other.exists():
            sh("git", "clone", "-q", self.origin, other)
        theirs = GitRepo(other)
        theirs.git("pull", "-q")
        theirs.add(path, content)
        commit = theirs.commit("theirs")
        theirs.git("push", "-q", "origin", "HEAD:main")
        return commit

    def run(self, *argv: str | Path, cwd: Path | None = None, **env: str) -> Ended:
        """Run `safeguards` in the clone."""
        return safeguards(*argv, cwd=cwd or self.top, **env)

    def status(self, *argv: str, cwd: Path | None = None) -> Any:
        """The document of `status`; its exit code is in it and that of the program."""
        ended = self.run("status", "--format", "json", *argv, cwd=cwd)
        document = ended.document
        assert ended.code == document["exit_code"], ended
        return document

    def failed_push(self) -> Push:
        """A push that the gate refused."""
        ref = PushedRef(MAIN, self.head(), MAIN, self.head())
        at, url = "2026-01-01T00:00:01.000Z", str(self.origin)
        push = Push("g1", at, "origin", (ref,), "fail", "rejected", url=url)
        self.journal.write_push(push)
        return push
