"""How the two sides of a relationship name each other with `back_populates`."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.values import Literal
from safeguards.scan.project import Mapper, Project, Relationship
from safeguards.scan.resolve.relationships import is_viewonly, other_side


def partner(found: Relationship) -> Relationship | None:
    """The written relationship that `back_populates` names, or None."""
    other = other_side(found)
    prop = other[0].find(other[1]) if other is not None else None
    named = prop.relationship if prop is not None else None
    return None if named is None or named.is_backref else named


def made_partner(found: Relationship) -> Relationship | None:
    """The backref of another relationship that `back_populates` names, or None."""
    other = other_side(found)
    prop = other[0].find(other[1]) if other is not None else None
    named = prop.relationship if prop is not None else None
    return named if named is not None and named.is_backref else None


def is_mutual(found: Relationship, other: Relationship) -> bool:
    """Whether two relationships name each other."""
    return partner(found) is other and partner(other) is found


def pairs(project: Project) -> Iterator[tuple[Relationship, Relationship]]:
    """Each two relationships that name each other and write, the one that stands first first."""
    for found in project.relationships:
        other = partner(found)
        if other is None or not (found.place < other.place and is_mutual(found, other)):
            continue
        concrete = any(m.concrete for side in (found, other) for m in side.mapper.line())
        if syncs(found) and syncs(other) and not concrete:
            yield found, other


def names_nothing(found: Relationship) -> bool:
    """Whether a relationship certainly has neither `back_populates` nor `backref`."""
    if "?" in found.arguments:
        return False
    values = (found.arguments.get("back_populates"), found.arguments.get("backref"))
    return all(v is None or (isinstance(v, Literal) and v.value is None) for v in values)


def names_another(found: Relationship, key: str) -> bool:
    """Whether `back_populates` leads to a relationship of another name that leads back here."""
    third = partner(found)
    if third is None or third.key == key or third.target is None:
        return False
    return root(third.target) is root(found.mapper)


def syncs(found: Relationship) -> bool:
    """Whether a change on this side is meant to be carried over to the other one."""
    return not is_viewonly(found) and not {"sync_backref", "?"} & set(found.arguments)


def root(mapper: Mapper) -> Mapper:
    """The mapper at the top of a hierarchy."""
    return list(mapper.line())[-1]
