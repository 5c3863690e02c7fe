"""The scanner's input: which of a project's files are read, and which are judged.

`work_tree` and `committed` read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from safeguards.globs import matches
from safeguards.system.project import Project


class Collected(msgspec.Struct, frozen=True):
    """The Python files of a project by project path, and in words why others were not read."""

    files: Mapping[str, bytes]
    unreadable: Mapping[str, str]


def judged(
    project: Project,
    collected: Collected,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> frozenset[str] | None:
    """Project paths whose findings count; None is all of them.

    Patterns are relative to the project's top (see `globs`). PATHs replace `include`; a file
    that is named itself counts even where `exclude` matches it. Excluded files are still read:
    the rest of the project may rest on them.
    """
    named = project.named
    everything = "." in named or not (named or include)
    if everything and not exclude:
        return None
    known = (*collected.files, *collected.unreadable)
    chosen = (
        path
        for path in known
        if everything or (under(path, named) if named else matches(path, include))
    )
    return frozenset(path for path in chosen if path in named or not matches(path, exclude))


def is_source(path: str, named: Sequence[str]) -> bool:
    """True for a Python file; one with a hidden name (an editor's) only if it was named."""
    name = path.rpartition("/")[2]
    return path in named or (name.endswith(".py") and not name.startswith("."))


def under(path: str, folders: Iterable[str]) -> bool:
    """True when the project path is one of `folders` or lies below one; "." holds all."""
    return any(folder in {".", path} or path.startswith(f"{folder}/") for folder in folders)
