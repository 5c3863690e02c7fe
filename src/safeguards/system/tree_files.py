"""The files of a commit, read as small files below one folder."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from safeguards.system.files import MemoryFiles

if TYPE_CHECKING:
    from safeguards.system.trees import Tree


class TreeFiles:
    """The files of a tree below its top; those of one folder are read at once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, bytes] = {}

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        name = PurePosixPath(path).as_posix()
        if name not in self._known:
            self._known |= self._tree.read((name,))
        return self._known.get(name)

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""
        listed = self._tree.listing(PurePosixPath(folder).as_posix(), recursive=recursive)
        found = dict.fromkeys(listed, b"")
        names = MemoryFiles(found).listing(folder, recursive=True)
        self._known |= self._tree.read(names)
        return names

    def find(self, name: str) -> tuple[str, ...]:
        """Files of this name at most three folders down, nearest first."""
        return MemoryFiles(dict.fromkeys(self._tree.names(), b"")).find(name)
