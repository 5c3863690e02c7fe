"""Small files of a project that are no Python: locks, requirements, the baseline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from safeguards.system import git
from safeguards.system.project import Project
from safeguards.system.source_files import read_source, too_large


class ProjectFiles(Protocol):
    """Files by project path (POSIX, relative to the top; "" is the top itself)."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where there is no such folder."""

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""


class WorkTreeFiles:
    """The files as they are now."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none where there is no such folder."""
        try:
            return sorted(path.name for path in (self._top / folder).iterdir())
        except OSError:
            return []

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        content = read_source(os.fspath(self._top / path))
        return content if isinstance(content, bytes) else None


class CommittedFiles:
    """The files of the index (`rev` None) or of a commit."""

    def __init__(
        self,
        repository: git.Repository,
        rev: str | None,
        listing: Mapping[str, git.Entry] | None = None,
    ) -> None:
        self._repository = repository
        if listing is not None:
            self._entries = listing
        elif rev is None:
            self._entries = repository.index_files().files
        else:
            self._entries = repository.tree_files(repository.resolve(rev))
        self._names: dict[str, list[str]] = {}
        for path in sorted(self._entries):
            folder, _, name = path.rpartition("/")
            self._names.setdefault(folder, []).append(name)

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; none where there is no such folder."""
        return list(self._names.get(folder, ()))

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        entry = self._entries.get(path)
        if entry is None or not entry.is_file:
            return None
        sizes = self._repository.blob_sizes([entry.oid])
        if entry.oid not in sizes or too_large(sizes[entry.oid]):
            return None
        return self._repository.read_blobs([entry.oid])[entry.oid]


def project_files(
    project: Project,
    *,
    committed: bool,
    rev: str | None,
    listing: Mapping[str, git.Entry] | None = None,
) -> ProjectFiles:
    """The files beside the sources that a scan reads: of the same index, commit or work tree.

    `listing` is what the commit holds, where that is known already.
    """
    if committed and project.repository is not None:
        return CommittedFiles(project.repository, rev, listing)
    return WorkTreeFiles(project.top)
