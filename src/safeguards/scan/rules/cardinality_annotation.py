"""The annotation of a relationship says something else than the relationship loads.

## What it does
Compares `Mapped[…]` with the mapping: a collection on the many-to-one side, where SQLAlchemy
loads a single object, and an annotation with another class than the argument, which wins.
A single class on the one-to-many side is SQLAlchemy's own way to write a one-to-one
relationship, and is not reported.

## Why this breaks production
Nothing raises, and type checkers believe the annotation. The first code that iterates the
attribute, or calls what only the annotated class has, fails with a TypeError or AttributeError.

## Example
```python
from sqlalchemy.orm import Mapped


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)


class Player(Base):
    __tablename__ = "player"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("team.id"))
    teams: Mapped[list["Team"]] = relationship("Team")
```

## Use instead
Annotate what the key allows, `Mapped["Team"]`, or put the key on the other side (or in a
secondary table) where many are meant.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.project import Mapper, Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution


@rule("SG114", "cardinality-annotation")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find annotations that do not tell what is loaded."""
    mappers = {mapper.info: mapper for mapper in resolution.project.mappers}
    for found in resolution.project.relationships:
        if found.target is None or resolution.is_refused(found):
            continue
        annotated = _annotated(found, mappers)
        if annotated is not None and not _related(annotated, found.target):
            yield relationship_fault(
                found,
                f"{found.label} is annotated with {annotated.name}, but leads to "
                f"{found.target.name}",
                severity="warning",
                help_text=f"Annotate it with {found.target.name}, or change the argument.",
            )
        elif _claims_many(found) and resolution.directions.of(found) == "many-to-one":
            yield relationship_fault(
                found,
                f"{found.label} is annotated as a collection, but loads a single "
                f"{found.target.name}: {found.mapper.name} holds the foreign key",
                severity="warning",
                help_text=f"Annotate it with {found.target.name} alone, or put the key on the "
                "other side.",
            )


def _annotated(found: Relationship, mappers: dict[ClassInfo, Mapper]) -> Mapper | None:
    """The mapped class in an annotation beside which an argument stands."""
    annotation = found.annotation
    if not annotation.is_mapped or annotation.is_union or "argument" not in found.arguments:
        return None
    if annotation.info is not None:
        return mappers.get(annotation.info)
    head, _, last = annotation.name.rpartition(".")
    named = found.mapper.registry.named(last, head) if not annotation.plain else []
    return named[0] if len(named) == 1 else None


def _related(one: Mapper, other: Mapper) -> bool:
    return one.is_a(other) or other.is_a(one)


def _claims_many(found: Relationship) -> bool:
    if found.annotation.mapped != "Mapped":  # what a query loads is another rule's
        return False
    return found.annotation.is_list and not {"uselist", "lazy", "?"} & set(found.arguments)
