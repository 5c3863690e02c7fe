"""The scanner's input as it lies in the work tree, with git or without."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from safeguards.contents import ChangedMeanwhileError, LateContents
from safeguards.system.git import Repository
from safeguards.system.installed import beside, folder_of
from safeguards.system.known_files import KnownFiles
from safeguards.system.project import Project, source_root, top_package
from safeguards.system.source_files import TooManyFoldersError, read_source, walk_python
from safeguards.system.sources import Collected, is_source, under

MOST_FOLDERS = 2000
"""A folder with more folders below it is somebody's home or `/`, not a project."""


def collect_work_tree(project: Project, known: KnownFiles | None = None) -> Collected:
    """The files as they are now; what git ignores is read only where it was named.

    Those that are `known` and unchanged are read late, if at all.
    """
    listed, refused = _list(project)
    known = known or KnownFiles(None, project.top)
    files: dict[str, bytes] = {}
    unchanged: dict[str, bytes] = {}
    unreadable = {_project_path(project, path): why for path, why in refused.items()}
    for path in sorted(listed):
        at = os.path.join(project.top, path)  # noqa: PTH118  a warm scan joins every path
        facts = _regular(at)
        digest = known.digest(path, facts) if facts else None
        if digest is not None:
            unchanged[path] = digest
            continue
        content = read_source(at)
        if isinstance(content, bytes):
            if facts is not None:
                known.note(path, facts, content)
                files[path] = content
            elif not (os.path.islink(at) and _leads_to_listed(project, at, listed)):  # noqa: PTH114
                files[path] = content
        elif content is not None:
            unreadable[path] = content
    known.save()

    def load(path: str) -> Mapping[str, bytes]:
        content = read_source(os.path.join(project.top, path))  # noqa: PTH118  as above
        if not isinstance(content, bytes):
            raise ChangedMeanwhileError(path)
        return {path: content}

    return Collected(LateContents(files, unchanged, load), unreadable)


def _regular(at: str) -> os.stat_result | None:
    """What the file system says of a regular file; None for a link and all else."""
    try:
        facts = os.lstat(at)
    except OSError:
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None


def _list(project: Project) -> tuple[set[str], dict[str, str]]:
    if project.repository is None:
        return _list_plain(project)
    return _list_git(project, project.repository)


def _list_git(project: Project, repository: Repository) -> tuple[set[str], dict[str, str]]:
    listed = {path for path in repository.work_tree_files() if is_source(path, project.named)}
    refused: dict[str, str] = {}
    for path in project.named:
        if path != "." and not any(under(other, (path,)) for other in listed):
            at = project.top / path
            _walk(project, at, listed, refused)
            folder = folder_of(at)
            if folder is not None:
                _list_installed(project, folder, at, listed, refused)
    return listed, refused


def _list_plain(project: Project) -> tuple[set[str], dict[str, str]]:
    listed: set[str] = set()
    refused: dict[str, str] = {}
    if not project.named:
        _walk(project, project.top, listed, refused)
    for path in project.named:
        at = project.top / path
        _walk(project, at, listed, refused)
        folder = folder_of(at)
        if folder is not None:
            _list_installed(project, folder, at, listed, refused)
            continue
        if not _walk(project, source_root(at), listed, refused, most_folders=MOST_FOLDERS):
            _walk(project, top_package(at), listed, refused, most_folders=MOST_FOLDERS)
        if at.is_relative_to(project.here):
            _walk(project, project.here, listed, refused, most_folders=MOST_FOLDERS)
    return listed, refused


def _list_installed(
    project: Project, folder: Path, at: Path, listed: set[str], refused: dict[str, str]
) -> None:
    """Add the whole installed package that a PATH lies in, and those that its models stand on."""
    top = at.relative_to(folder).parts[0]
    for each in (folder / top, *beside(folder, top.removesuffix(".py"))):
        if each.exists():
            _walk(project, each, listed, refused, most_folders=MOST_FOLDERS)


def _walk(
    project: Project,
    at: os.PathLike[str],
    listed: set[str],
    refused: dict[str, str],
    *,
    most_folders: int | None = None,
) -> bool:
    """Add the files below `at`, or `at` itself; False when it is too large to be a project."""
    path = os.fspath(at)
    if not os.path.isdir(path):  # noqa: PTH112  may hold names that are no text
        listed.add(_project_path(project, path))
        return True
    try:
        found, closed = walk_python(path, most_folders=most_folders)
    except TooManyFoldersError:
        return False
    listed.update(_project_path(project, one) for one in found)
    refused.update(closed)
    return True


def _leads_to_listed(project: Project, link: str, listed: Collection[str]) -> bool:
    """True for a link to a file that is read under its own name: once is enough."""
    return _project_path(project, os.path.realpath(link)) in listed


def _project_path(project: Project, path: str) -> str:
    return os.path.relpath(path, project.top)
