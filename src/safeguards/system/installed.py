"""Packages beside an installed one, on whose models its own may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from importlib.metadata import Distribution

FOLDERS = frozenset({"site-packages", "dist-packages"})
_ORM = "sqlalchemy"
_WITHOUT_MODELS = frozenset({
    _ORM, "alembic", "flask-migrate", "flask-sqlalchemy", "flask-sqlalchemy-lite", "sqlmodel",
})  # fmt: skip
"""Distributions that build on SQLAlchemy and bring no model: the scanner knows them by name."""

_NAME = re.compile(r"[\w.-]+")


def folder_of(at: Path) -> Path | None:
    """The folder of installed packages that a path lies in, or None."""
    return next((parent for parent in at.parents if parent.name in FOLDERS), None)


def version_in(folder: Path, name: str) -> str | None:
    """The version of an installed distribution, as its folder of metadata is called."""
    try:
        found = sorted(each.name for each in folder.glob("*.dist-info"))
    except OSError:
        return None
    told = (each.removesuffix(".dist-info").rpartition("-") for each in found)
    return next((version for known, _, version in told if _normal(known) == name), None)


def beside(folder: Path, top: str) -> list[Path]:
    """What else is to be read with the installed package `top`: the packages that it requires,
    directly or not, which require SQLAlchemy in turn. Nothing where the folder does not tell.
    """
    from importlib.metadata import distributions

    found = map(_read, distributions(path=[str(folder)]))
    known = {each.name: each for each in found if each is not None}
    required = {name: each.requires & known.keys() for name, each in known.items()}
    owners = [name for name, each in known.items() if top in each.tops]
    near = _closure(owners, required) - set(owners) - _WITHOUT_MODELS
    chosen = sorted(name for name in near if _ORM in _closure([name], required))
    names = sorted({each for name in chosen for each in known[name].tops} - {top})
    paths = (folder / name for name in names)
    return [path if path.is_dir() else path.with_suffix(".py") for path in paths]


class _Known(msgspec.Struct, frozen=True):
    """A distribution: its name, what it requires, its top-level packages and modules."""

    name: str
    requires: frozenset[str]
    tops: frozenset[str]


def _read(distribution: Distribution) -> _Known | None:
    """What the metadata of a distribution tells; None where it is damaged."""
    try:
        metadata = distribution.metadata
        if "Name" not in metadata:
            return None
        requires = frozenset(_requires(distribution))
        return _Known(_normal(metadata["Name"]), requires, _tops(distribution))
    except (OSError, ValueError):
        return None


def _closure(names: list[str], required: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += required.get(name, ())
    return frozenset(found)


def _requires(distribution: Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        name = _NAME.match(line)
        if name and not re.search(r"\bextra\s*==", line):
            yield _normal(name[0])


def _tops(distribution: Distribution) -> frozenset[str]:
    """The top-level packages and modules of a distribution."""
    told = distribution.read_text("top_level.txt")
    files = (file.parts for file in distribution.files or () if file.suffix == ".py")
    names = told.split() if told else [parts[0].removesuffix(".py") for parts in files]
    return frozenset(name for name in names if name.isidentifier())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
