"""No foreign key joins the two tables of a relationship.

## What it does
Reports a relationship for which SQLAlchemy finds no foreign key between the tables (for a
many-to-many relationship: between one side and the secondary table), also when `foreign_keys`
names a column that holds no foreign key, or a `primaryjoin` compares columns of which none
refers to another.

## Why this breaks production
`configure_mappers()` raises at the first query, and every request that touches the database
answers 500.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer)
```
`NoForeignKeysError: Could not determine join condition between parent/child tables on
relationship Author.books - there are no foreign keys linking these tables.`

## Use instead
```python
    author_id = Column(Integer, ForeignKey("author.id"))
```
Without a constraint in the database, say what to join and which column is the foreign one:
`primaryjoin="Author.id == foreign(Book.author_id)"`.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution


@rule("SG103", "no-join-path")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships that nothing joins."""
    for found in resolution.project.relationships:
        if found.target is None:
            continue
        message = _message(resolution, found)
        if message:
            yield relationship_fault(found, f"{found.label}: {message}", help_text=_help(found))
        refused = resolution.refused_backref(found, "SG103")
        if refused is not None:
            message = f"{refused.made.label}, the backref of {found.label}: {refused.reason}"
            yield relationship_fault(refused.made, message, help_text=refused.advice)


def _message(resolution: Resolution, found: Relationship) -> str:
    assert found.target is not None
    if found.secondary is not None:
        for argument, side, join in (
            ("secondaryjoin", found.target, resolution.joins.secondary(found)),
            ("primaryjoin", found.mapper, resolution.joins.primary(found)),
        ):
            if join.kind == "none" and join.reason == "marked":
                return (
                    "its primaryjoin marks a column with foreign(), so SQLAlchemy looks for no "
                    f"foreign key between {found.secondary.label} and {side.name}"
                )
            if join.kind == "none" and argument in found.arguments:
                return f"no column in its {argument} is a foreign key"
            if join.kind == "none":
                return f"{found.secondary.label} has no foreign key to {side.name}"
        return ""
    join = resolution.joins.primary(found)
    if join.kind != "none":
        return ""
    if "primaryjoin" in found.arguments:
        return "no column in its primaryjoin is a foreign key"
    narrowed = " among its foreign_keys" if "foreign_keys" in found.arguments else ""
    return f"no foreign key{narrowed} joins {found.mapper.name} and {found.target.name}"


def _help(found: Relationship) -> str:
    if "primaryjoin" in found.arguments:
        return "Mark the foreign side with foreign(), or list it in foreign_keys."
    if "foreign_keys" in found.arguments:
        return "foreign_keys names the columns that hold the foreign key, not what they refer to."
    return "Add a ForeignKey, or give primaryjoin with foreign()."
