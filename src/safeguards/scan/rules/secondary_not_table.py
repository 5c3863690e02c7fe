"""`secondary`, or a join condition, is something that SQLAlchemy cannot join by.

## What it does
Names relationships whose `secondary` is a mapped class instead of a table, or an expression
that this version of SQLAlchemy does not evaluate; those with a `secondaryjoin` but no
`secondary`; those whose `primaryjoin` never compares for equality, does not mention the target,
or marks both of its columns as foreign; and those whose `remote_side` names no column of the
join, or both.

## Why this breaks production
`configure_mappers()` raises at the first query, and every request that touches the database
answers 500.

## Example
```python
class Link(Base):
    __tablename__ = "link"
    user_id = Column(ForeignKey("user.id"), primary_key=True)
    group_id = Column(ForeignKey("group.id"), primary_key=True)


class Group(Base):
    __tablename__ = "group"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    groups = relationship("Group", secondary=Link)
```
`ArgumentError: secondary argument <class 'models.Link'> passed to to relationship() User.groups
must be a Table object or other FROM clause; can't send a mapped class directly as rows in
'secondary' are persisted independently of a class that is mapped to that same table.`

## Use instead
```python
    groups = relationship("Group", secondary="link")
```

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Sequence, text
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.unusable_joins import condition_fault, given, remote_fault


@rule("SG117", "secondary-not-table")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships with a secondary or a join condition that cannot be used."""
    for found in resolution.project.relationships:
        if "?" in found.arguments:
            continue
        fault = secondary_fault(resolution, found)
        if fault is None and found.target is not None and not given(found, "secondary"):
            join = resolution.joins.primary(found)
            fault = condition_fault(found, join, resolution.references)
            fault = fault or remote_fault(found, join, resolution.references)
        if fault is not None:
            message, help_text = fault
            yield relationship_fault(found, f"{found.label}: {message}", help_text=help_text)
        refused = resolution.refused_backref(found, "SG117")
        if refused is not None:
            message = f"{refused.made.label}, the backref of {found.label}: {refused.reason}"
            yield relationship_fault(refused.made, message, help_text=refused.advice)


def secondary_fault(resolution: Resolution, found: Relationship) -> tuple[str, str] | None:
    """What is wrong with the secondary, and what to do; None when nothing is known to be."""
    if not given(found, "secondary"):
        if given(found, "secondaryjoin"):
            return "secondaryjoin is given, but no secondary", "Give secondary, or drop it."
        return None
    value = found.arguments["secondary"]
    name = text(value)
    if name is not None:
        return _named_fault(resolution, found, name)
    value = resolution.references.unwrapped(value, found.mapper)
    if isinstance(value, ClassInfo) and resolution.references.table(value) is not None:
        return _class_fault(resolution, value)
    if isinstance(value, Sequence):
        return "secondary is a list", "Pass the one table that joins both sides."
    return None


def _class_fault(resolution: Resolution, info: ClassInfo) -> tuple[str, str]:
    table = resolution.references.table(info)
    named = table.name if table is not None and table.schema is None else None
    advice = f'Give its table: secondary="{named}".' if named else "Give its table."
    return f"secondary is the mapped class {info.name}, not a table", advice


def _named_fault(resolution: Resolution, found: Relationship, name: str) -> tuple[str, str] | None:
    registry, metadata = found.mapper.registry, found.mapper.metadata
    if metadata.open or any(table.name is None for table in resolution.project.tables):
        return None
    if found.secondary is None and len(registry.classes.get(name, ())) == 1:
        return _class_fault(resolution, registry.classes[name][0].info)
    head, _, last = name.rpartition(".")
    if last == "__table__" and head in registry.classes:
        return (
            f'secondary="{name}" is looked up as a column of {head}',
            "Give the name of the table.",
        )
    if "(" in name and resolution.version == "2.1":
        return (
            "secondary is an expression in a string, which SQLAlchemy 2.1 does not evaluate",
            "Pass it as a lambda: secondary=lambda: …",
        )
    return None
