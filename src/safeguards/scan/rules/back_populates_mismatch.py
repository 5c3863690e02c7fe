"""The two sides of a `back_populates` pair do not point at each other.

## What it does
Follows `back_populates` to the relationship that it names. Where that one leads to a class of
another hierarchy, SQLAlchemy raises: an error. Where it does not name this side in return, or
names a third relationship, nothing raises: a warning. Sides that are `viewonly` or have
`sync_backref` are left alone.

## Why this breaks production
The error: `configure_mappers()` raises at the first query, and every request that touches the
database answers 500. The warning: a change on one side is carried over to the other side, but
not back; until the next reload the objects in memory contradict each other, and what is written
depends on which side was changed.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", back_populates="publisher")


class Publisher(Base):
    __tablename__ = "publisher"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    publisher_id = Column(ForeignKey("publisher.id"))
    author = relationship("Author")
    publisher = relationship("Publisher")
```
`ArgumentError: reverse_property 'publisher' on relationship Author.books references relationship
Book.publisher, which does not reference mapper Mapper[Author(author)]`

## Use instead
```python
    books = relationship("Book", back_populates="author")
    author = relationship("Author", back_populates="books")
```

## Fix safety
Safe where a `back_populates` leads to another class and exactly one relationship of the target
names this one in return. Otherwise there is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.fixes.choose import rename_back_populates
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.links import (
    made_partner,
    names_another,
    names_nothing,
    partner,
    root,
    syncs,
)


@rule("SG109", "back-populates-mismatch")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find `back_populates` that lead to a relationship that does not lead back."""
    for found in resolution.project.relationships:
        other = partner(found) or made_partner(found)
        if other is None or other is found or other.target is None:
            continue
        if resolution.is_refused(found):
            continue
        if root(other.target) is not root(found.mapper):
            if _is_certain(found, other):
                yield _elsewhere(found, other)
        elif (
            not other.is_backref
            and syncs(found)
            and syncs(other)
            and not resolution.is_refused(other)
        ):
            yield from _one_sided(found, other)


def _is_certain(found: Relationship, other: Relationship) -> bool:
    assert other.target is not None
    return not (found.mapper.why_unmapped() or other.target.why_unmapped())


def _elsewhere(found: Relationship, other: Relationship) -> Fault:
    assert other.target is not None
    return relationship_fault(
        found,
        f'{found.label} has back_populates="{other.key}", but {other.label} leads to '
        f"{other.target.name}, not to {found.mapper.name}",
        help_text=f"Name the relationship of {other.mapper.name} that leads to "
        f"{found.mapper.name}.",
        related=(Related(other.place, f"{other.label} → {other.target.name}"),),
        fix=rename_back_populates(found, other.key),
    )


def _one_sided(found: Relationship, other: Relationship) -> Iterator[Fault]:
    if names_nothing(other):
        said = f"{other.label} does not name {found.key} in return"
    elif names_another(other, found.key):
        said = f"{other.label} names another relationship in return"
    else:
        return
    yield relationship_fault(
        found,
        f'{found.label} has back_populates="{other.key}", but {said}',
        severity="warning",
        help_text=f'Give {other.label} back_populates="{found.key}", or let both sides go '
        "without; a side that is only read takes viewonly=True.",
        related=(Related(other.place, other.label),),
    )
