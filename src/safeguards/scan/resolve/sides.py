"""By which columns the two sides of a pair are joined, and whether they agree."""

from __future__ import annotations

from safeguards.scan.project import Column, Relationship
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.joins import Join


def lacks_foreign_keys(found: Relationship, other: Relationship) -> bool:
    """Whether only the other side chooses its key, and by `foreign_keys` alone."""
    if {"primaryjoin", "secondaryjoin", "foreign_keys"} & set(found.arguments):
        return False
    return "foreign_keys" in other.arguments and "primaryjoin" not in other.arguments


def difference(resolution: Resolution, found: Relationship, other: Relationship) -> str:
    """What differs between two sides that SQLAlchemy accepts; empty when they agree."""
    if resolution.is_refused(found) or resolution.is_refused(other):
        return ""
    if found.secondary_unsure or other.secondary_unsure:
        return ""
    if found.secondary is not other.secondary:
        return f"{_through(found)} and {_through(other)}"
    primary, theirs = resolution.joins.primary(found), resolution.joins.primary(other)
    if found.secondary is None:
        same_way = resolution.directions.of(found) == resolution.directions.of(other)
        return "" if same_way or _agree(primary, theirs) else _said(primary, theirs)
    far, near = resolution.joins.secondary(found), resolution.joins.secondary(other)
    if _agree(primary, near) and _agree(far, theirs):
        return ""
    if _agree(primary, theirs) and _agree(far, near):
        return "both look the same way through the secondary table"
    return _said(primary, near) if not _agree(primary, near) else _said(far, theirs)


def key_columns(resolution: Resolution, found: Relationship) -> str:
    """The foreign key columns of a side, for people."""
    return _names(resolution.joins.primary(found))


def _agree(one: Join, other: Join) -> bool:
    """Whether one side's foreign columns are among the other's, or not known."""
    mine, theirs = _foreign(one), _foreign(other)
    return mine <= theirs or theirs <= mine


def _foreign(join: Join) -> set[Column]:
    return {column for _, column in join.pairs} if join.kind == "one" else set()


def _said(one: Join, other: Join) -> str:
    return f"one is joined by {_names(one)} and the other by {_names(other)}"


def _names(join: Join) -> str:
    return ", ".join(sorted(f"{c.table.label}.{c.name}" for c in _foreign(join)))


def _through(found: Relationship) -> str:
    if found.secondary is None:
        return f"{found.key} goes through no secondary table"
    return f"{found.key} through {found.secondary.label}"
