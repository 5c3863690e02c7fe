"""Which project a command is about: its top, its repository, the PATHs that were named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from safeguards.errors import UsageError
from safeguards.system import git

MARKERS = ("pyproject.toml", "safeguards.toml", "setup.py", "setup.cfg", "alembic.ini")
"""Files that make a folder the root of a project where there is no git to say so."""


class Project(msgspec.Struct, frozen=True):
    """What one run is about. Project paths are POSIX paths relative to `top`.

    `named` are the PATHs as project paths ("." is all of it); all folders are real paths.
    """

    top: Path
    here: Path
    repository: git.Repository | None
    named: tuple[str, ...]

    def display(self, path: str) -> str:
        """A project path as a person in the current folder writes it."""
        return os.path.relpath(self.top / path, self.here)


def locate(cwd: Path, paths: Sequence[str]) -> Project:
    """The project in the work tree that PATHs lie in; the current folder's without any.

    Works without git. Raises `UsageError` for a PATH that is not there.
    """
    here = Path(os.path.realpath(cwd))
    named = [_real(here, path) for path in paths]
    for at, path in zip(named, paths, strict=True):
        if not os.path.exists(at):  # noqa: PTH110  Path.exists raises where a folder is closed
            raise UsageError(
                f"no such file or folder: {path}", hint=f"PATHs are relative to {here}"
            )
    anchor = named[0] if named else here
    found = git.discover(anchor if anchor.is_dir() else anchor.parent)
    top = found.top if found else None
    if top is not None and all(at.is_relative_to(top) for at in named):
        return Project(top, here, found, _inside(top, named, paths))
    top = _common_top(here, named)
    return Project(top, here, None, _inside(top, named, paths))


def locate_committed(cwd: Path, paths: Sequence[str]) -> Project:
    """The project whose index or commits are read: the repository that git names to a hook.

    PATHs need not exist in the work tree. Raises `UsageError` outside a repository.
    """
    here = Path(os.path.realpath(cwd))
    repository = git.require(here, for_hook=True)
    top = repository.top or repository.git_dir
    named = [_real(here, path) for path in paths]
    return Project(top, here, repository, _inside(top, named, paths))


def source_root(at: Path) -> Path:
    """Where imports start for a file or folder without git: its project, else its package."""
    folder = at if at.is_dir() else at.parent
    beyond = {Path(folder.anchor), Path(os.path.expanduser("~"))}  # noqa: PTH111  may be unset
    for candidate in (folder, *folder.parents):
        if candidate in beyond:
            break
        if any((candidate / marker).is_file() for marker in MARKERS):
            return candidate
    package = top_package(at)
    return package.parent if _is_package(package) else package


def top_package(at: Path) -> Path:
    """The outermost package around a file or folder; its own folder when there is none."""
    folder = at if at.is_dir() else at.parent
    while _is_package(folder.parent) and folder != folder.parent:
        folder = folder.parent
    return folder


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


def _common_top(here: Path, named: Sequence[Path]) -> Path:
    """The folder above everything that is read: the current folder counts if PATHs lie in it."""
    roots = [source_root(at) for at in named]
    if not named or any(at.is_relative_to(here) for at in named):
        roots.append(here)
    return Path(os.path.commonpath(roots))


def _real(here: Path, path: str) -> Path:
    return Path(os.path.realpath(here / path))


def _inside(top: Path, named: Sequence[Path], paths: Sequence[str]) -> tuple[str, ...]:
    for at, path in zip(named, paths, strict=True):
        if not at.is_relative_to(top):
            raise UsageError(
                f"{path} lies outside the repository {top}",
                hint="without --staged and --commit, a PATH may lie anywhere",
            )
    return tuple(at.relative_to(top).as_posix() for at in named)
