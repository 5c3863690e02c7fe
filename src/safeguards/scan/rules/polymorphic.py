"""A class hierarchy in which SQLAlchemy loads rows as the wrong class, or one column for two.

## What it does
Where a class has `polymorphic_on`: names children with the `polymorphic_identity` of another
class of the hierarchy, and children without one. In joined inheritance: names columns of a
child that have the name of a column of its parent's table.

## Why this breaks production
SQLAlchemy only warns (a warning). Rows of the class without an identity cannot be loaded as
that class; of two classes with one identity only the last one is ever loaded; two columns of
one name are written together and read from one table only.

## Example
```python
class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    kind = Column(String)
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "animal"}


class Dog(Animal):
    __mapper_args__ = {"polymorphic_identity": "dog"}


class Cat(Animal):
    __mapper_args__ = {"polymorphic_identity": "dog"}
```
SQLAlchemy warns: `Reassigning polymorphic association for identity 'dog'`

## Use instead
Give every class of the hierarchy its own `polymorphic_identity`; an intermediate class that is
never stored has `polymorphic_abstract` (SQLAlchemy 2.0). Give one of two columns another name.

## Fix safety
There is no automatic fix: the rows that exist hold the identity.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.interpret.values import Literal, truth
from safeguards.scan.project import Mapper
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.shapes import is_plain

_NAMING = frozenset({"?", "exclude_properties", "include_properties"})


@rule("SG123", "polymorphic")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find hierarchies whose rows SQLAlchemy cannot tell apart."""
    first: dict[tuple[Mapper, object], Mapper] = {}
    for mapper in resolution.project.mappers:
        base = list(mapper.line())[-1]
        identity = _identity(mapper)
        if "polymorphic_on" in base.arguments and identity is not None:
            other = first.setdefault((base, identity.value), mapper)
            if other is not mapper and other.name != mapper.name:
                message = f"has the polymorphic_identity {identity.value!r} of {other.name}"
                yield _fault(mapper, message, other)
        if mapper.inherits is None or mapper.concrete:
            continue
        certain = is_plain(mapper.info, resolution.attributes) and mapper.place == mapper.info.place
        if certain and _is_polymorphic(base) and _lacks_identity(mapper):
            yield _fault(mapper, "has no polymorphic_identity", base)
        if certain and resolution.joins.inheritance(mapper).kind not in {"none", "several"}:
            yield from _combined(mapper)


def _fault(mapper: Mapper, message: str, other: Mapper) -> Fault:
    return Fault(
        mapper.place,
        f"{mapper.name} {message}",
        "warning",
        model=mapper.name,
        help="Give each class of the hierarchy a polymorphic_identity of its own.",
        related=(Related(other.place, other.name),),
    )


def _identity(mapper: Mapper) -> Literal | None:
    value = mapper.arguments.get("polymorphic_identity")
    return value if isinstance(value, Literal) and value.value is not None else None


def _is_polymorphic(base: Mapper) -> bool:
    given = base.arguments.get("polymorphic_on")
    return given is not None and not (isinstance(given, Literal) and given.value is None)


def _lacks_identity(mapper: Mapper) -> bool:
    arguments = mapper.arguments
    if mapper.unsure or {"?", "polymorphic_on"} & set(arguments):
        return False
    if (
        "polymorphic_abstract" in arguments
        and truth(arguments["polymorphic_abstract"]) is not False
    ):
        return False
    given = arguments.get("polymorphic_identity")
    return given is None or (isinstance(given, Literal) and given.value is None)


def _combined(mapper: Mapper) -> Iterator[Fault]:
    """Columns that SQLAlchemy would take for the parent's column of the same name."""
    parent = mapper.inherits
    if parent is None or mapper.table is parent.table or _NAMING & set(mapper.arguments):
        return
    for key, prop in mapper.properties.items():
        theirs = parent.find(key)
        if prop.kind != "column" or theirs is None or theirs.kind != "column":
            continue
        mine, other = prop.columns[:1], theirs.columns[:1]
        if not mine or not other or mine[0].foreign_keys or mine[0].table is not mapper.table:
            continue
        if mine[0].name == other[0].name and other[0].table in parent.tables():
            yield Fault(
                prop.place,
                f"{mapper.name}.{key} and {parent.name}.{key} are two columns under one name",
                "warning",
                model=mapper.name,
                help="Rename one of the columns.",
                related=(Related(theirs.place, f"{parent.name}.{key}"),),
            )
