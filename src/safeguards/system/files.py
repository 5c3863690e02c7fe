"""Small files below one folder of this machine, and a stand-in that lives in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

MAX_FILE = 4 * 2**20
"""Bytes; what is larger is no settings or revision file and is not read."""


class Files(Protocol):
    """Reads small files below one folder; paths are POSIX and relative to it."""

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""


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
