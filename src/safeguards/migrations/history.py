"""One Alembic environment as one tree of files holds it, and what the rules are asked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import msgspec

from safeguards.findings import Place
from safeguards.migrations.graph import Graph, as_revision, graph_of
from safeguards.migrations.ini import Environment
from safeguards.migrations.revision_file import PARENT, REVISION, RevisionFile

_LEGACY = re.compile(r"([a-f0-9]+)\.py$")
"""Alembic 0.1 had the id in the file's name alone, and Alembic still reads it."""


class History(msgspec.Struct, frozen=True, dict=True):
    """The files of an environment by path. `config` is the file of settings that names it.

    `blobs` names the content of each file as git does; `read` gives the contents themselves.
    `env_width` is the widest `version_num` that `env.py` makes.
    """

    config: str
    environment: Environment
    files: Mapping[str, RevisionFile]
    blobs: Mapping[str, str] = {}
    read: Callable[[Iterable[str]], Mapping[str, bytes]] = lambda _: {}
    has_env: bool = True
    env_width: int = 0

    @cached_property
    def graph(self) -> Graph:
        """What the files describe together."""
        return graph_of({path: as_revision(path, file) for path, file in self.files.items()})

    @cached_property
    def by_id(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of the files that have an id; more than one is a fault."""
        found: dict[str, tuple[str, ...]] = {}
        for path, file in sorted(self.files.items()):
            if file.id is not None:
                found[file.id] = (*found.get(file.id, ()), path)
        return found

    @property
    def whole(self) -> bool:
        """Whether every file says where it belongs, and every id has one file."""
        unread = any(
            file.id is None or file.problems or PARENT not in file.spots
            for file in self.files.values()
        )
        return not unread and all(len(paths) == 1 for paths in self.by_id.values())

    def place(self, path: str, variable: str = REVISION) -> Place:
        """Where a file assigns a variable."""
        spot = self.files[path].spot(variable)
        return Place(path, spot.line, spot.column, spot.end_line)

    def place_of(self, revision: str, variable: str = PARENT) -> Place:
        """The same, by the id of the revision."""
        return self.place(self.graph.revisions[revision].path, variable)


class Question(msgspec.Struct, frozen=True):
    """What is judged: the history `now`, and what is known around it.

    `before` are the histories of the tree that is already live, None when none is known;
    `ignored` and `untracked` are revision files that git does not have. `whereabouts` tells in
    words where a revision that is in no file is to be found; it is slow, and may know nothing.
    """

    now: History
    before: tuple[History, ...] | None = None
    others: tuple[History, ...] = ()
    dialect: str = "postgresql"
    ignored: frozenset[str] = frozenset()
    untracked: frozenset[str] = frozenset()
    whereabouts: Callable[[str], str] = lambda _: ""

    @property
    def live(self) -> frozenset[str]:
        """The ids of the revisions that are already live."""
        return frozenset(name for history in self.before or () for name in history.by_id)


def named(path: str, file: RevisionFile) -> RevisionFile:
    """The file with the id that its name gives, where it assigns none."""
    match = _LEGACY.match(posixpath.basename(path))
    if file.broken or REVISION in file.spots or match is None:
        return file
    return msgspec.structs.replace(file, id=match[1])
