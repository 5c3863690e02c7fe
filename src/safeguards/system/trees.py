"""Files of a project by path, as a commit, the index or the work tree holds them."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from safeguards.system.git import Entry, Repository
from safeguards.system.source_files import SKIPPED_FOLDERS, read_source, too_large

ASKED_FOR = frozenset(
    {"alembic.ini", "env.py", "pyproject.toml", "safeguards.toml", "script.py.mako"}
)
"""Names of files of which it matters whether they are there: a tracked file may be deleted."""


class Tree(Protocol):
    """Reads files by project path: POSIX, relative to the top."""

    def names(self) -> Collection[str]:
        """Every file that git does not ignore."""

    def listing(self, folder: str, *, recursive: bool) -> list[str]:
        """The files in a folder, sorted, whatever git ignores; each real file once."""

    def blobs(self, paths: Iterable[str]) -> dict[str, str]:
        """What git calls the content of each file; one that cannot be read is left out."""

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents; what cannot be read or is too large is left out."""

    def complaint(self, path: str) -> str:
        """Why a file that is listed cannot be read."""


class BlobStore:
    """Contents by git's names for them, each read once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, bytes] = {}

    def read(self, oids: Iterable[str]) -> Mapping[str, bytes]:
        """The contents; what is absent or too large is left out."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid not in self._known]
        sizes = self._repository.blob_sizes(wanted)
        small = [oid for oid in wanted if oid in sizes and not too_large(sizes[oid])]
        self._known |= self._repository.read_blobs(small)
        return self._known


class CommittedTree:
    """The files of a commit or of the index; links that stay inside are followed once."""

    def __init__(
        self, store: BlobStore, entries: Mapping[str, Entry], unmerged: Iterable[str] = ()
    ) -> None:
        self._store = store
        self._unmerged = frozenset(unmerged)
        self._oids = {path: entry.oid for path, entry in entries.items() if entry.is_file}
        self._real: dict[str, str] = {}
        links = {path: entry.oid for path, entry in entries.items() if entry.is_link}
        if links:
            self._follow(links)

    def names(self) -> Collection[str]:
        """Every file."""
        return self._oids.keys()

    def listing(self, folder: str, *, recursive: bool) -> list[str]:
        """The files in a folder, sorted; of several names for one file, the first."""
        start = f"{folder}/" if folder not in {"", "."} else ""
        found = sorted(
            path
            for path in (*self._oids, *self._unmerged)
            if path.startswith(start) and (recursive or "/" not in path[len(start) :])
        )
        return sorted({self._real.get(path, path): path for path in reversed(found)}.values())

    def blobs(self, paths: Iterable[str]) -> dict[str, str]:
        """What git calls the content of each file."""
        return {path: self._oids[path] for path in paths if path in self._oids}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents; what cannot be read or is too large is left out."""
        oids = self.blobs(paths)
        contents = self._store.read(oids.values())
        return {path: contents[oid] for path, oid in oids.items() if oid in contents}

    def complaint(self, path: str) -> str:
        """Why a file that is listed cannot be read."""
        if path in self._unmerged:
            return "it has a merge conflict: resolve it, then `git add` it"
        return "git does not have its content here, or it is too large"

    def _follow(self, links: Mapping[str, str]) -> None:
        leads = self._store.read(links.values())
        targets: dict[str, str] = {}
        for path, oid in links.items():
            lead = os.fsdecode(leads.get(oid, b""))
            targets[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), lead))
        for path, target in targets.items():
            if target in self._oids and target not in links:
                self._oids[path], self._real[path] = self._oids[target], target
        files = dict(self._oids)
        for path, target in targets.items():
            for inner, blob in files.items():
                if inner.startswith(f"{target}/") and not f"{path}/".startswith(f"{target}/"):
                    other = path + inner[len(target) :]
                    self._oids[other] = blob
                    self._real[other] = self._real.get(inner, inner)


class WorkTree:
    """The files as they are now; `algorithm` is the one that git names contents by."""

    def __init__(self, top: Path, names: Collection[str], algorithm: str = "sha1") -> None:
        self._top, self._algorithm = top, algorithm
        self._names = frozenset(_with_linked_folders(top, names))
        self._known: dict[str, bytes] = {}
        self._refused: dict[str, str] = {}

    def names(self) -> Collection[str]:
        """Every file that git does not ignore."""
        return self._names

    def listing(self, folder: str, *, recursive: bool) -> list[str]:
        """The files in a folder, sorted, whatever git ignores; each real file once."""
        start = os.path.normpath(self._top / folder)
        found: dict[str, str] = {}
        for base, folders, names in os.walk(start):
            folders[:] = sorted(name for name in folders if recursive and name != "__pycache__")
            for name in sorted(names):
                at = os.path.join(base, name)  # noqa: PTH118  a walk joins every path
                real = os.path.realpath(at)
                found.setdefault(real, Path(os.path.relpath(at, self._top)).as_posix())
        return sorted(found.values())

    def blobs(self, paths: Iterable[str]) -> dict[str, str]:
        """What git would call the content of each file, but for filters."""
        return {path: self._name(content) for path, content in self.read(paths).items()}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents; what cannot be read or is too large is left out."""
        found: dict[str, bytes] = {}
        for path in paths:
            if path not in self._known and path not in self._refused:
                content = read_source(os.path.join(self._top, path))  # noqa: PTH118  as above
                if isinstance(content, bytes):
                    self._known[path] = content
                else:
                    self._refused[path] = content or "it is no file"
            if path in self._known:
                found[path] = self._known[path]
        return found

    def complaint(self, path: str) -> str:
        """Why a file that is listed cannot be read."""
        return self._refused.get(path, "it cannot be read")

    def _name(self, content: bytes) -> str:
        header = b"blob %d\0" % len(content)
        return hashlib.new(self._algorithm, header + content, usedforsecurity=False).hexdigest()


def _with_linked_folders(top: Path, names: Iterable[str]) -> Iterator[str]:
    """The names that are there; for a link to a folder of the project, what lies in that."""
    for name in names:
        at = os.path.join(top, name)  # noqa: PTH118  a work tree has many names
        base = posixpath.basename(name)
        if "." not in base and os.path.islink(at):  # noqa: PTH114  as above
            if _leads_aside(top, at):
                for folder, _, inner in os.walk(at):
                    found = (os.path.relpath(Path(folder) / each, top) for each in inner)
                    yield from (Path(each).as_posix() for each in found)
        elif base not in ASKED_FOR or os.path.isfile(at):  # noqa: PTH113  as above
            yield name


def _leads_aside(top: Path, link: str) -> bool:
    """Whether a link leads to a folder of the project that does not hold the link itself."""
    target = Path(os.path.realpath(link))
    return target.is_dir() and target.is_relative_to(top) and not Path(link).is_relative_to(target)


def plain_names(top: Path) -> frozenset[str]:
    """The files of a project without git: no hidden folders, no environments, no caches."""
    found: set[str] = set()
    for base, folders, names in os.walk(top):
        if "pyvenv.cfg" in names and base != os.fspath(top):
            folders[:] = []
            continue
        folders[:] = [n for n in folders if not n.startswith(".") and n not in SKIPPED_FOLDERS]
        found |= {Path(os.path.relpath(Path(base) / name, top)).as_posix() for name in names}
    return frozenset(found)
