"""Several foreign keys join the two tables, and `relationship()` does not say which.

## What it does
Counts the foreign keys between the tables of a relationship as SQLAlchemy does: in both
directions, the class's own table first, a composite key once, `foreign_keys` as a filter.
More than one way to join is an error.

## Why this breaks production
SQLAlchemy refuses to guess. The first query configures all mappers, `configure_mappers()`
raises, and from then on every request that touches the database answers 500 — also those that
have nothing to do with this relationship. Tests that never configure the mappers pass.

## Example
```python
class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


class Contact(Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    shipping_id = Column(ForeignKey("address.id"))
    billing = relationship("Address")
```
`AmbiguousForeignKeysError: Could not determine join condition between parent/child tables on
relationship Contact.billing - there are multiple foreign key paths linking the tables.`

## Use instead
```python
    billing = relationship("Address", foreign_keys=[billing_id])
    shipping = relationship("Address", foreign_keys=[shipping_id])
```
From the other side, name the column as a string: `foreign_keys="Contact.billing_id"`. Each
side of a `back_populates` pair needs its own `foreign_keys`; a `backref` inherits it.

## Fix safety
Safe where the code itself says which key is meant: one column is called as the relationship
(`billing` and `billing_id`), or the other side of the pair names its key. Otherwise there is no
automatic fix: only the author knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.fixes.choose import add_columns, meant_columns, named_key
from safeguards.scan.fixes.intents import AddColumns
from safeguards.scan.project import Constraint, Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.joins import Join

SHOWN = 6
"""Foreign keys that a message names; the rest is counted."""


@rule("SG101", "ambiguous-foreign-keys")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships without secondary that have several joins."""
    for found in resolution.project.relationships:
        if found.secondary is not None or found.target is None:
            continue
        join = resolution.joins.primary(found)
        if join.kind != "several":
            continue
        yield relationship_fault(
            found,
            f"{found.label} is ambiguous: {len(join.keys)} foreign keys join "
            f"{found.mapper.name} and {found.target.name} ({column_names(join)})",
            help_text=f"Say which one: foreign_keys={_suggestion(found, join)}.",
            related=related_keys(join),
            fix=_fix(resolution, found, join),
        )


def column_names(join: Join) -> str:
    """`table.column` of the first foreign keys of a join; a composite key in parentheses."""
    found: list[str] = []
    for constraint in join.keys[:SHOWN]:
        names = [f"{key.column.table.label}.{key.column.name}" for key in constraint.elements]
        found.append(names[0] if len(names) == 1 else f"({', '.join(names)})")
    more = len(join.keys) - SHOWN
    return ", ".join([*found, f"and {more} more"] if more > 0 else found)


def related_keys(join: Join) -> tuple[Related, ...]:
    """Where the foreign keys of a join are declared."""
    return tuple(
        Related(key.place, f"foreign key {key.column.name} → {key.spec}")
        for constraint in join.keys[:SHOWN]
        for key in constraint.elements[:1]
    )


def _fix(resolution: Resolution, found: Relationship, join: Join) -> AddColumns | None:
    """The key that the code itself points to; a parent of its own kind needs more than that."""
    if found.target is found.mapper and named_key(found, join):
        return None
    columns = meant_columns(resolution, found, join)
    return add_columns(resolution, found, "foreign_keys", columns)


def _suggestion(found: Relationship, join: Join) -> str:
    """What to write for the first keys: own columns as names, the other class's as a string."""
    choices = [_argument(found, constraint) for constraint in join.keys[:SHOWN]]
    return " or ".join(dict.fromkeys(choices))


def _argument(found: Relationship, constraint: Constraint) -> str:
    columns = [element.column for element in constraint.elements]
    if all(column.table in found.mapper.tables() for column in columns):
        return f"[{', '.join(found.mapper.key_of(column) for column in columns)}]"
    other = found.target or found.mapper
    names = [f"{other.name}.{other.key_of(column)}" for column in columns]
    return f'"{names[0]}"' if len(names) == 1 else f'"[{", ".join(names)}]"'
