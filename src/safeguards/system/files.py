"""Small files below one folder of this machine, and a stand-in that lives in memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

MAX_FILE = 4 * 2**20
"""Bytes; what is larger is no settings or revision file and is not read."""

DEPTH = 3
"""Folders below the top that a search enters."""

FOREIGN = frozenset({"node_modules", "site-packages", "venv", "env", "__pycache__"})
"""Folders that hold other people's files."""


class Files(Protocol):
    """Reads small files below one folder; paths are POSIX and relative to it."""

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""

    def find(self, name: str) -> tuple[str, ...]:
        """Files of this name at most three folders down, nearest first."""


class LocalFiles:
    """The files below `top` on this machine."""

    def __init__(self, top: Path) -> None:
        self._top = top

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        try:
            full = self._top / path
            if not full.is_file() or full.stat().st_size > MAX_FILE:
                return None
            return full.read_bytes()
        except (OSError, ValueError):
            return None

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""
        root = self._top / folder
        found: list[str] = []
        for base, folders, names in os.walk(root):
            folders[:] = [name for name in folders if recursive and name != "__pycache__"]
            found += [os.path.relpath(Path(base) / n, root) for n in names if n.endswith(".py")]
        return tuple(sorted((PurePosixPath(folder) / name).as_posix() for name in found))

    def find(self, name: str) -> tuple[str, ...]:
        """Files of this name at most three folders down, nearest first."""
        found: list[str] = []
        for base, folders, names in os.walk(self._top):
            here = PurePosixPath(Path(base).relative_to(self._top).as_posix())
            folders[:] = [f for f in folders if _entered(f) and len(here.parts) < DEPTH]
            found += [(here / name).as_posix()] if name in names else []
        return _nearest(found)


class MemoryFiles:
    """The files of a mapping from path to content."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = dict(files)

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        content = self._files.get(PurePosixPath(path).as_posix())
        return None if content is None or len(content) > MAX_FILE else content

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""
        root = PurePosixPath(folder)
        found = [
            path
            for path in map(PurePosixPath, self._files)
            if root in path.parents
            and path.suffix == ".py"
            and (recursive or path.parent == root)
            and "__pycache__" not in path.parts
        ]
        return tuple(sorted(path.as_posix() for path in found))

    def find(self, name: str) -> tuple[str, ...]:
        """Files of this name at most three folders down, nearest first."""
        paths = [path for path in map(PurePosixPath, self._files) if path.name == name]
        return _nearest(
            path.as_posix()
            for path in paths
            if len(path.parts) <= DEPTH + 1 and all(map(_entered, path.parts[:-1]))
        )


def _entered(folder: str) -> bool:
    return not folder.startswith(".") and folder not in FOREIGN


def _nearest(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=lambda path: (path.count("/"), path)))
