"""A self-referential many-to-one relationship without `remote_side`.

## What it does
Without `remote_side`, SQLAlchemy takes a relationship from a class to itself as one-to-many.
Where both sides of a pair come out with the same direction, SQLAlchemy raises: an error. Where
a single side is annotated or named as the one parent, but loads children, nothing raises: a
warning.

## Why this breaks production
The pair: `configure_mappers()` raises at the first query, and every request that touches the
database answers 500. The single side: `node.parent` silently loads a child.

## Example
```python
class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id"))
    children = relationship("Node", back_populates="parent")
    parent = relationship("Node", back_populates="children")
```
`ArgumentError: Node.children and back-reference Node.parent are both of the same direction
<RelationshipDirection.ONETOMANY: 1>. Did you mean to set remote_side on the many-to-one side ?`

## Use instead
```python
    parent = relationship("Node", back_populates="children", remote_side=[id])
```

## Fix safety
Safe where one side of the pair is annotated or named as the one parent and the other one is
not. For a single side it is an unsafe fix (`--unsafe-fixes`): code that rests on the children
that it loads today would change.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place
from safeguards.scan.fixes.choose import add_columns
from safeguards.scan.fixes.intents import AddColumns
from safeguards.scan.interpret.values import Made, text, truth
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.relationships import other_side
from safeguards.scan.resolve.shape import is_plural, scalar_score


@rule("SG110", "missing-remote-side")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find pairs of the same direction, and lone parents that load children."""
    for found in resolution.project.relationships:
        refused = resolution.refused_backref(found, "SG110")
        if refused is not None:
            message = f"{found.label} and its backref {refused.made.label} {refused.reason}"
            yield relationship_fault(found, message, help_text=refused.advice)
        direction = resolution.directions.of(found)
        if direction is None or direction == "many-to-many":
            continue
        partner = _partner(found)
        if direction == "one-to-many" and _has_bare_backref(resolution, found):
            yield relationship_fault(
                found,
                f"{found.label} and its backref are both one-to-many",
                help_text=_help(found),
                fix=_fix(resolution, found) if _backref_is_plural(found) else None,
            )
        elif partner is not None:
            if resolution.directions.of(partner) == direction and _speaks_first(found, partner):
                yield relationship_fault(
                    found,
                    f"{found.label} and {partner.label} are both {direction}",
                    help_text=_help(found),
                    fix=_fix(resolution, found) if scalar_score(partner) < 0 else None,
                )
        elif direction == "one-to-many" and _means_one_parent(found):
            yield relationship_fault(
                found,
                f"{found.label} is meant as the one parent, but without remote_side it loads a "
                "child",
                severity="warning",
                help_text=_help(found),
                fix=_fix(resolution, found, safe=False),
            )


def _partner(found: Relationship) -> Relationship | None:
    other = other_side(found)
    prop = other[0].find(other[1]) if other is not None else None
    partner = prop.relationship if prop is not None else None
    return None if partner is None or partner.is_backref else partner


def _speaks_first(found: Relationship, partner: Relationship) -> bool:
    """One of a mutual pair reports for both: the scalar-looking side, else the later one.

    Where only one side names the other, SQLAlchemy notices only if that other side was
    configured before: mappers in the order of their classes, attributes in theirs.
    """
    if found is partner:
        return True
    if _partner(partner) is not found:
        return partner.place.path == found.place.path and _order(partner) < _order(found)
    mine, theirs = scalar_score(found), scalar_score(partner)
    return mine > theirs if mine != theirs else found.place > partner.place


def _order(found: Relationship) -> tuple[Place, Place]:
    return (found.mapper.place, found.place)


def _backref_is_plural(found: Relationship) -> bool:
    return is_plural(text(found.arguments.get("backref")) or "")


def _means_one_parent(found: Relationship) -> bool:
    """Whether a lone self-reference is written as the scalar side."""
    if found.target is not found.mapper:
        return False
    if {"remote_side", "backref", "primaryjoin"} & set(found.arguments):
        return False
    if "uselist" in found.arguments:
        return truth(found.arguments["uselist"]) is False
    return bool(found.annotation.name) and not found.annotation.is_list


def _has_bare_backref(resolution: Resolution, found: Relationship) -> bool:
    """Whether a self-reference has a backref that is not told its own remote side."""
    value = found.arguments.get("backref")
    if value is None or found.target is None or resolution.directions.is_marked(found):
        return False
    shared = set(found.target.tables()) & set(found.mapper.tables())
    if any(c.table not in shared for pair in resolution.joins.primary(found).pairs for c in pair):
        return False
    if isinstance(value, Made):
        return value.kind == "backref" and value.complete and "remote_side" not in value.kwargs
    return text(value) is not None


def _fix(resolution: Resolution, found: Relationship, *, safe: bool = True) -> AddColumns | None:
    """`remote_side` on a self-reference that is written as the one parent."""
    join = resolution.joins.primary(found)
    if found.target is not found.mapper or join.kind != "one" or scalar_score(found) < 0:
        return None
    remote = list(dict.fromkeys(column for column, _ in join.pairs))
    return add_columns(resolution, found, "remote_side", remote, safe=safe)


def _help(found: Relationship) -> str:
    if found.target is found.mapper:
        return "Set remote_side=[…] to the primary key on the many-to-one side."
    return "Check foreign_keys: one side must hold the key that the other refers to."
