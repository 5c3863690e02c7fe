"""The files of a commit, read as small files below one folder."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from safeguards.system.files import MemoryFiles

if TYPE_CHECKING:
    from safeguards.system.trees import Tree


class TreeFiles:
    """The files of a tree; those of one folder are read at once.

    Paths count from `folder`, "" being the tree's top, and may lead out of it.
    """

    def __init__(self, tree: Tree, folder: str = "") -> None:
        self._tree = tree
        self._folder = folder
        self._known: dict[str, bytes] = {}

    def read(self, path: str) -> bytes | None:
        """The content, or None when there is no such readable file of sensible size."""
        name = self._inside(path)
        if name not in self._known:
            self._known |= self._tree.read((name,))
        return self._known.get(name)

    def listing(self, folder: str, *, recursive: bool) -> tuple[str, ...]:
        """The `.py` files in a folder, sorted; empty when there is no such folder."""
        inside = self._inside(folder)
        listed = self._tree.listing(inside, recursive=recursive)
        found = dict.fromkeys(listed, b"")
        names = MemoryFiles(found).listing(inside, recursive=True)
        self._known |= self._tree.read(names)
        return tuple(map(self._outside, names))

    def find(self, name: str) -> tuple[str, ...]:
        """Files of this name at most three folders down, nearest first."""
        below = f"{self._folder}/" if self._folder else ""
        names = (each.removeprefix(below) for each in self._tree.names() if each.startswith(below))
        return MemoryFiles(dict.fromkeys(names, b"")).find(name)

    def _inside(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, path))

    def _outside(self, name: str) -> str:
        return posixpath.relpath(name, self._folder) if self._folder else name
