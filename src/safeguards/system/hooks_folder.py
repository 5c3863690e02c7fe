"""What git knows about hooks: which folder counts, who tracks what in it, its configuration."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from safeguards.errors import UnreachableError
from safeguards.system.git import QUICK, Repository
from safeguards.system.process import Completed, run


class HooksFolder(msgspec.Struct, frozen=True):
    """The folder that git takes hooks from in this repository.

    `inside` is its path in the work tree when `git status` would show new files there; `tracked`
    are names in it that git tracks; `shared` is the scope of a setting that is not this
    repository's own.
    """

    path: Path
    bare: bool
    inside: str | None
    tracked: frozenset[str]
    shared: str


def hooks_path(repository: Repository) -> Path:
    """Where git looks for hooks, with core.hooksPath, linked worktrees and submodules."""
    where = repository.top or repository.git_dir
    told = _ask(repository, "rev-parse", "--git-path", "hooks").stdout.removesuffix(b"\n")
    return Path(os.path.normpath(where / os.fsdecode(told or b"hooks")))


def hooks_folder(repository: Repository) -> HooksFolder:
    """Ask git for all that counts about its folder of hooks."""
    path = hooks_path(repository)
    if path.exists() and not path.is_dir():
        raise UnreachableError(
            f"core.hooksPath is {path}, which is no folder: git runs no hooks here",
            hint="git config --unset core.hooksPath, then run it again",
        )
    bare = _ask(repository, "rev-parse", "--is-bare-repository").text.strip() == "true"
    scope = _ask(repository, "config", "--show-scope", "--get", "core.hooksPath")
    shared = scope.text.split("\t")[0] if scope.returncode == 0 else ""
    # A link such as .git/hooks → ../hooks leads into the work tree.
    relative = _relative(path.resolve(), repository)
    return HooksFolder(
        path,
        bare,
        relative if relative is not None and _shows(repository, relative) else None,
        _tracked(repository, relative) if relative is not None else frozenset(),
        shared if shared in {"global", "system"} else "",
    )


def git_version(repository: Repository) -> tuple[int, int]:
    """Of the git that is asked."""
    found = re.search(r"(\d+)\.(\d+)", _ask(repository, "--version").text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def configure(repository: Repository, key: str, value: str | None) -> None:
    """Set a value in the repository's own configuration; None removes the value's section."""
    section, _, _ = key.rpartition(".")
    arguments = ("--remove-section", section) if value is None else (key, value)
    done = _ask(repository, "config", "--local", *arguments)
    absent = value is None and done.returncode == 128
    if done.returncode != 0 and not absent:
        raise UnreachableError(
            f"git config {key} failed: {done.error_text.strip()}",
            hint="correct that and run it again: it goes on where it ended",
        )


def _relative(path: Path, repository: Repository) -> str | None:
    """The folder's path in the work tree; None outside it and in git's own folders."""
    top = repository.top
    if top is None or not path.is_relative_to(top) or path == top:
        return None
    own = (repository.git_dir, repository.common_dir)
    return None if any(path.is_relative_to(d) for d in own) else path.relative_to(top).as_posix()


def _shows(repository: Repository, relative: str) -> bool:
    """Whether nothing ignores a new file in that folder, but for what we exclude ourselves."""
    asked = f"{relative}/a-new-file"
    return _ask(repository, "check-ignore", "-q", "--no-index", "--", asked).returncode != 0


def _tracked(repository: Repository, relative: str) -> frozenset[str]:
    listed = _ask(repository, "--literal-pathspecs", "ls-files", "-z", "--", relative).stdout
    names = (os.fsdecode(name) for name in listed.split(b"\0") if name)
    return frozenset(name.removeprefix(f"{relative}/") for name in names)


def _ask(repository: Repository, *arguments: str) -> Completed:
    where = repository.top or repository.git_dir
    return run(("git", *arguments), timeout=QUICK, cwd=where, env=repository.environ)
