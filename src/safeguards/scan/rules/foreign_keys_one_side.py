"""Only one side of a `back_populates` pair has `foreign_keys`, and the other one joins elsewhere.

## What it does
`foreign_keys` is inherited by a `backref`, but not through `back_populates`. Where the side
without it is ambiguous, SG101 speaks; where SQLAlchemy still finds a single key for it, and it
is another one, this rule does.

## Why this breaks production
Nothing raises. Assigning on one side writes one column, and the other side loads by another
one. Rows show up under the wrong parent, or vanish.

## Example
```python
class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    reports = relationship("Report", back_populates="author")


class Report(Base):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    reviewer_id = Column(ForeignKey("employee.id"))
    author_id = Column(ForeignKey("person.id"))
    author = relationship("Employee", back_populates="reports", foreign_keys=[author_id])
```
`Employee.reports` is joined by `reviewer_id`, the key to the employee's own table.

## Use instead
```python
    reports = relationship(
        "Report", back_populates="author", foreign_keys="Report.author_id"
    )
```

## Fix safety
Unsafe (`--unsafe-fixes`): the side is given its partner's key, and loads other rows than
today.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.fixes.choose import add_columns
from safeguards.scan.fixes.intents import AddColumns
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.links import pairs
from safeguards.scan.resolve.sides import difference, key_columns, lacks_foreign_keys


@rule("SG112", "foreign-keys-one-side")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find sides without `foreign_keys` that are not joined as their partner is."""
    for pair in pairs(resolution.project):
        for found, other in (pair, pair[::-1]):
            if lacks_foreign_keys(found, other) and difference(resolution, found, other):
                yield relationship_fault(
                    found,
                    f"{found.label} has no foreign_keys and is joined by "
                    f"{key_columns(resolution, found)}, but {other.label} by "
                    f"{key_columns(resolution, other)}",
                    severity="warning",
                    help_text="Give both sides of the pair the same foreign_keys.",
                    related=(Related(other.place, other.label),),
                    fix=_fix(resolution, found, other),
                )


def _fix(resolution: Resolution, found: Relationship, other: Relationship) -> AddColumns | None:
    given = resolution.references.columns(other.arguments["foreign_keys"], other.mapper)
    return add_columns(resolution, found, "foreign_keys", given or (), safe=False)
