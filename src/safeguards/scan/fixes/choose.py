"""What rules can say about a repair: which columns are meant, and how they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from safeguards.scan.fixes.intents import AddColumns, Rename
from safeguards.scan.project import Column, Mapper, Relationship
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.joins import Join
from safeguards.scan.resolve.relationships import other_side

SURE = 0.8
"""How alike two names are (see difflib) for one to be certainly meant by the other."""


def add_columns(
    resolution: Resolution,
    found: Relationship,
    argument: str,
    columns: Sequence[Column],
    *,
    safe: bool = True,
) -> AddColumns | None:
    """Give a relationship an argument that lists these columns, all of one class.

    None when the argument is given already or a column has no certain name.
    """
    if not columns or argument in found.arguments or "?" in found.arguments:
        return None
    owner = next((m for m in (found.mapper, found.target) if m and _has(m, columns)), None)
    if owner is None or len(owner.registry.named(owner.name)) != 1:
        return None
    names = tuple(owner.key_of(column) for column in columns)
    return AddColumns(
        found.place,
        argument,
        found.mapper.name,
        owner.name,
        names,
        resolution.is_shared(found),
        safe,
    )


def meant_columns(resolution: Resolution, found: Relationship, join: Join) -> list[Column]:
    """The key of an ambiguous join that the code itself points to; empty when it does not.

    Either the column is called as the relationship (`billing` and `billing_id`), or the other
    side of the pair says which key it uses.
    """
    named = named_key(found, join)
    if named:
        return named
    other = other_side(found)
    prop = other[0].find(other[1]) if other is not None else None
    partner = prop.relationship if prop is not None else None
    if partner is None or other_side(partner) != (found.mapper, found.key):
        return []
    given = partner.arguments.get("foreign_keys")
    if given is not None:
        columns = resolution.references.columns(given, partner.mapper) or []
        keys = {element.column for constraint in join.keys for element in constraint.elements}
        return columns if set(columns) <= keys else []
    return named_key(partner, join)


def rename_back_populates(found: Relationship, written: str) -> Rename | None:
    """Name the one relationship of the target that names this one as its other side."""
    target = found.target
    partners = {
        prop.key
        for mapper in (target.line() if target is not None else ())
        for prop in mapper.properties.values()
        if prop.relationship is not None
        and other_side(prop.relationship) == (found.mapper, found.key)
    }
    if len(partners) != 1:
        return None
    return Rename(found.place, "back_populates", written, partners.pop())


def joinable(
    resolution: Resolution, found: Relationship, candidates: Iterable[Mapper]
) -> list[Mapper]:
    """Those of the classes that SQLAlchemy could join if the relationship led to them."""
    return [
        mapper
        for mapper in candidates
        if resolution.joins.primary(_leading_to(found, mapper)).kind == "one"
    ]


def _leading_to(found: Relationship, target: Mapper) -> Relationship:
    other = Relationship(found.key, found.mapper, found.place)
    other.arguments, other.annotation = found.arguments, found.annotation
    other.secondary, other.secondary_unsure = found.secondary, found.secondary_unsure
    other.target = target
    return other


def named_key(found: Relationship, join: Join) -> list[Column]:
    """The one key column on a relationship's own side that is called as it is."""
    if found.target is None:
        return []
    key = found.key.lower()
    own = found.mapper.tables()
    matching = [
        element.column
        for constraint in join.keys
        for element in constraint.elements
        if len(constraint.elements) == 1
        and element.column.table in own
        and _plain(element.column.name) in _names(key, element.target)
    ]
    return matching if len(matching) == 1 else []


def _names(key: str, target: Column | None) -> set[str]:
    """What a foreign key column for an attribute is called, without underscores."""
    ends = {"id", "fk", "key", _plain(target.name) if target is not None else "id"}
    return {f"{_plain(key)}{end}" for end in ends} | {f"id{_plain(key)}", f"fk{_plain(key)}"}


def _plain(name: str) -> str:
    return re.sub(r"_", "", name.lower())


def _has(mapper: Mapper, columns: Iterable[Column]) -> bool:
    properties = [prop for each in mapper.line() for prop in each.properties.values()]
    mapped = {column for prop in properties if prop.kind == "column" for column in prop.columns}
    return mapped.issuperset(columns)
