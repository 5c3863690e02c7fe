"""Which files production is made of, so that a change of another one makes nothing out of date."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.standings.contexts import NAMES, contexts_of
from safeguards.errors import ConfigError
from safeguards.globs import matches, rebase
from safeguards.migrations.ini import read_ini
from safeguards.system.files import LocalFiles, MemoryFiles

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.config.targets import Target
    from safeguards.system.files import Files
    from safeguards.system.git import Repository

Counts = Callable[[str], bool]
"""Whether a path, POSIX and relative to the top of the repository, counts."""


def everything(_path: str) -> bool:
    """Any file counts: nothing says which do."""
    return True


def inputs_of(repository: Repository, found: Found | None, target: Target | None) -> Counts:
    """`restart-on`, build contexts and the folders of the migrations; without `restart-on` any
    file counts.

    A configuration from outside the repository says nothing about its files.
    """
    if found is None or target is None or not target.restart_on:
        return everything
    folder = folder_in(repository, found)
    if folder is None:
        return everything
    known: list[tuple[str, ...]] = []

    def counts(path: str) -> bool:
        if matches(path, rebase(target.restart_on, folder)):
            return True
        if not known:  # looked for at the first file that needs it
            files = _files(repository, found, target, folder)
            known.append(rebase((*_migrations(files, found), *contexts_of(files, target)), folder))
        return matches(path, known[0])

    return counts


def folder_in(repository: Repository, found: Found) -> str | None:
    """The configuration's folder below the top, "" for the top itself; None when it is not below.

    In a bare repository it stands for a folder of its commits.
    """
    top = repository.top or repository.git_dir
    real = Path(os.path.realpath(top / found.folder))
    if top not in {real, *real.parents}:
        return None
    inside = real.relative_to(top).as_posix()
    return "" if inside == "." else inside


def _migrations(files: Files, found: Found) -> tuple[str, ...]:
    """The folders that hold the Alembic environment, relative to the configuration's."""
    named = found.config.migrations.config
    path = named or next(iter(files.find("alembic.ini")), "")
    if not path:
        return ()
    try:
        text = (files.read(path) or b"").decode("utf-8", "replace")
        environment = read_ini(text, path=path, workdir=posixpath.dirname(path))
    except ConfigError:
        return (posixpath.dirname(path) or "**",)
    return (environment.script_location, *environment.version_locations)


def _files(repository: Repository, found: Found, target: Target, folder: str) -> Files:
    if repository.top is not None:
        return LocalFiles(Path(found.folder))
    commit = repository.commit_of(repository.head_branch())
    entries = repository.tree_files(commit) if commit else {}
    compose = {*NAMES, posixpath.basename(target.compose_file or "")}
    wanted = {
        posixpath.relpath(path, folder or "."): entry.oid
        for path, entry in entries.items()
        if entry.is_file and (path.endswith(".ini") or posixpath.basename(path) in compose)
    }
    blobs = repository.read_blobs(wanted.values())
    return MemoryFiles({path: blobs[oid] for path, oid in wanted.items() if oid in blobs})
