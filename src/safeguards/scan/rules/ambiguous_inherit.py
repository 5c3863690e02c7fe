"""A joined-inheritance child has no foreign key to its parent, or several.

## What it does
Checks that exactly one foreign key joins the table of a mapped class and the table of the
mapped class that it inherits from.

## Why this breaks production
SQLAlchemy raises while the module is imported: the application does not start at all.

## Example
```python
class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    manager_id = Column(ForeignKey("person.id"))
```
`AmbiguousForeignKeysError: Can't determine the inherit condition between inherited table
'person' and inheriting table 'employee'; tables have more than one foreign key relationship
established.`

## Use instead
```python
    __mapper_args__ = {"inherit_condition": id == Person.id}
```
Relationships between the two tables still need their own `foreign_keys`.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.registry import Fault, mapper_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.rules.ambiguous_foreign_keys import column_names, related_keys


@rule("SG104", "ambiguous-inherit")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find classes whose table is not joined to their parent's in exactly one way."""
    for mapper in resolution.project.mappers:
        if mapper.inherits is None:
            continue
        parent = mapper.inherits.name
        join = resolution.joins.inheritance(mapper)
        if join.kind == "several":
            yield mapper_fault(
                mapper,
                f"{mapper.name} inherits from {parent}, but {len(join.keys)} foreign keys join "
                f"their tables ({column_names(join)})",
                help_text='Say which one: __mapper_args__ = {"inherit_condition": …}.',
                related=related_keys(join),
            )
        elif join.kind == "none":
            yield mapper_fault(
                mapper,
                f"{mapper.name} inherits from {parent}, but no foreign key joins their tables",
                help_text=f"Give the primary key of {mapper.name} a ForeignKey to {parent}'s, or "
                "leave out __tablename__ for single-table inheritance.",
            )
