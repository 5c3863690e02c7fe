"""A project with a remote, and `safeguards gate` on it: by hand, and as git's own hook."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from tests.integration.git import shop
from tests.integration.git.kit import GitRepo

SAFEGUARDS = (sys.executable, "-m", "safeguards")
ZERO = "0" * 40
INI = "[alembic]\nscript_location = %(here)s/migrations\n"
HOOK = f'#!/bin/sh\nexec {shlex.join(SAFEGUARDS)} gate "$@" >&2\n'
AMBIGUOUS = shop.ORDER + shop.SECOND_KEY
"""A shop/order.py that makes another file wrong (SG101)."""


class Ended(msgspec.Struct, frozen=True):
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def last(self) -> str:
        """The last line of standard output."""
        return self.out.splitlines()[-1] if self.out else ""

    def rules(self) -> set[str]:
        """The rules of all findings in a JSON document."""
        return {f["rule"] for check in self.document["checks"] for f in check["findings"]}


def call(
    argv: tuple[str, ...],
    cwd: Path,
    stdin: str | bytes = "",
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        input=stdin if isinstance(stdin, bytes) else stdin.encode("utf-8", "surrogateescape"),
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


def gate(cwd: Path, *argv: str, stdin: str | bytes = "", **env: str) -> Ended:
    """Run `safeguards gate`."""
    return call((*SAFEGUARDS, "gate", *argv), cwd, stdin, env)


def push(cwd: Path, *argv: str, **env: str) -> Ended:
    """Run `git push`, whose hook is the gate where `arm` was called."""
    return call(("git", "push", *argv), cwd, "", env)


def arm(repo: GitRepo) -> None:
    """Let git call the gate before every push."""
    hooks = Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir").strip())
    hook = hooks / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)


def revision(name: str, parent: str | None, body: str = "pass") -> str:
    """A revision file."""
    return (
        f'"""Step {name}"""\nrevision: str = "{name}"\ndown_revision: str | None = {parent!r}\n'
        f"\n\ndef upgrade() -> None:\n    {body}\n"
    ).replace("'", '"')


def open_shop(top: Path, *, object_format: str = "sha1") -> GitRepo:
    """A right project with two revisions, committed, and an empty remote called origin."""
    repo = GitRepo.init(top, object_format=object_format)
    remote = top.parent / f"{top.name}.git"
    repo.git("init", "-q", "--bare", f"--object-format={object_format}", remote)
    repo.git("remote", "add", "origin", remote)
    for name, content in shop.FILES.items():
        repo.add(name, content)
    repo.add("alembic.ini", INI)
    repo.add("migrations/env.py", "")
    repo.add("migrations/versions/017.py", revision("017", None))
    repo.add("migrations/versions/018.py", revision("018", "017"))
    repo.add(".gitignore", "__pycache__/\nsafeguards.toml\n")
    repo.commit("Open the shop")
    return repo


def tip(repo: GitRepo, branch: str = "main") -> str:
    """What the remote has; nothing where it has no such branch."""
    out = repo.git("ls-remote", "origin", f"refs/heads/{branch}")
    return out.split()[0] if out else ""


def head(repo: GitRepo, rev: str = "HEAD") -> str:
    """The full name of a commit."""
    return repo.git("rev-parse", rev).strip()


def line(repo: GitRepo, rev: str, remote_ref: str = "refs/heads/main", before: str = "") -> str:
    """A line of the pre-push protocol."""
    oid = head(repo, rev)
    return f"refs/heads/{rev} {oid} {remote_ref} {before or '0' * len(oid)}\n"


def target(folder: Path, place: str, *, push: str = "", more: str = "") -> str:
    """The settings of a production that lives in `folder` and answers at `place`."""
    return f"""
[push]
{push}

[targets.production]
runtime = "command"

[targets.production.command]
status = ["test", "-e", "running"]
workdir = "{folder}"

[targets.production.database]
url = "sqlite:///{folder}/app.db"

[targets.production.api]
base-url = "http://{place}"
timeout = 2
endpoints = ["/health"]

[targets.production.records]
projects = 1
{more}
"""
