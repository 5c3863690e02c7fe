"""`foreign_keys`, `remote_side` or a join condition names something that is no column.

## What it does
Looks into `foreign_keys`, `remote_side`, `order_by`, `primaryjoin` and `secondaryjoin`: strings
inside a list, classes and relationships in place of columns, Python's own `id`, attributes that
the class or table does not have as a column, and names that are not bound yet when the class
body runs.

## Why this breaks production
Strings and lambdas are evaluated only when the mappers are configured, at the first query. Then
SQLAlchemy raises, and every request that touches the database answers 500. What is not in quotes
raises when the module is imported.

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
    billing = relationship("Address", foreign_keys=["billing_id"])
```
`ArgumentError: Column expression expected for argument 'foreign_keys'; got 'billing_id'.`

A misspelled column in a string raises `AttributeError: Class … does not have a mapped column
named 'biling_id'`.

## Use instead
```python
    billing = relationship("Address", foreign_keys=[billing_id])
```
Where the column is not in reach, one string for the whole list:
`foreign_keys="[Contact.billing_id]"`.

## Fix safety
Safe where a name inside a string is nearly that of exactly one column. Otherwise there is no
automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.fixes.choose import SURE
from safeguards.scan.fixes.intents import Rename
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.early import EarlyName
from safeguards.scan.resolve.expressions import Misuse


@rule("SG113", "bad-foreign-keys-value")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find arguments that hold something else than columns."""
    for found in resolution.project.relationships:
        early = resolution.early.find(found)
        if early is not None and early.argument not in {"argument", "secondary"}:
            yield _unbound(found, early)
        if early is not None or found.missing or resolution.unknown_name(found) is not None:
            continue
        misuse = resolution.expressions.misuse(found)
        if misuse is not None:
            yield _fault(found, misuse)


def _unbound(found: Relationship, early: EarlyName) -> Fault:
    when = "is bound only below" if early.later else "is bound nowhere"
    if early.annotated and not early.later:
        when = "the class annotates but does not bind"
    return relationship_fault(
        found,
        f"{early.argument} of {found.label} needs {early.name}, which {when}",
        help_text="Put the expression in quotes, or correct the name.",
    )


def _fault(found: Relationship, misuse: Misuse) -> Fault:
    if not misuse.wanted:
        return relationship_fault(
            found,
            f"{misuse.argument} of {found.label} holds {misuse.said}, which is no column",
            help_text="Name the column itself, or write the whole list as one string: "
            f'{misuse.argument}="[Model.column]".',
        )
    import difflib  # slow to load, and seldom needed

    last = misuse.said.rpartition(".")[2]
    near = difflib.get_close_matches(last, misuse.near, 1)
    sure = difflib.get_close_matches(last, misuse.near, 2, cutoff=SURE)
    fix = Rename(found.place, misuse.argument, last, sure[0]) if len(sure) == 1 else None
    return relationship_fault(
        found,
        f"{misuse.argument} of {found.label} names {misuse.said}, but {misuse.wanted} has no "
        "such column",
        help_text=f"Did you mean {near[0]}?" if near else "Name an attribute that is a column.",
        fix=fix,
    )
