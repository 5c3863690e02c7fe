"""A foreign key names a table or a column that does not exist.

## What it does
Follows each `ForeignKey` and `ForeignKeyConstraint` within its metadata. Where a relationship or
joined inheritance has to follow a key whose column is not there, SQLAlchemy raises: an error.
So it does where a `primaryjoin` or an `inherit_condition` compares a column whose key names no
table, or, for an `inherit_condition`, a table that is only defined further down.
Any other key that leads nowhere is a warning. Tables that code outside the project may define
are left alone.

## Why this breaks production
The error: `configure_mappers()` raises at the first query (with inheritance: at import), and
every request that touches the database answers 500. The warning: the mappers configure, queries
work, and the first INSERT or `create_all()` raises.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.key"))
    author = relationship("Author")
```
`NoReferencedColumnError: Could not initialize target column for ForeignKey 'author.key' on table
'book': table 'author' has no column named 'key'`

## Use instead
```python
    author_id = Column(ForeignKey("author.id"))
```
A foreign key names the table, not the class: `ForeignKey("author.id")`, not
`ForeignKey("Author.id")`.

## Fix safety
Safe where exactly one table or column has nearly the name that is written in the `ForeignKey`;
unsafe where nothing follows the key yet. Otherwise there is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.fixes.choose import SURE
from safeguards.scan.fixes.intents import Rename
from safeguards.scan.project import ForeignKey, Metadata
from safeguards.scan.registry import Fault, mapper_fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.dangling import table_of


@rule("SG107", "fk-unknown-table")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find foreign keys that lead nowhere, at what has to follow them or where they stand."""
    told: set[ForeignKey] = set()
    for found in resolution.project.relationships:
        joins = [resolution.joins.primary(found)]
        if found.secondary is not None:
            joins.insert(0, resolution.joins.secondary(found))
        key = next((join.broken for join in joins if join.broken is not None), None)
        if key is not None and not found.missing and resolution.unknown_name(found) is None:
            told.add(key)
            message = f"{found.label} cannot be joined: {_message(key)}"
            yield relationship_fault(
                found, message, help_text=_help(key), related=_related(key), fix=_fix(key)
            )
    for mapper in resolution.project.mappers:
        key = resolution.joins.inheritance(mapper).broken
        if key is not None and mapper.inherits is not None:
            told.add(key)
            message = f"{mapper.name} cannot be joined to {mapper.inherits.name}: {_message(key)}"
            yield mapper_fault(mapper, message, help_text=_help(key), related=_related(key))
    yield from _alone(resolution, told)


def _alone(resolution: Resolution, told: set[ForeignKey]) -> Iterator[Fault]:
    """Keys that no relationship follows: they fail later."""
    mapped = {mapper.metadata for mapper in resolution.project.mappers}
    for table in resolution.project.tables:
        for key in table.foreign_keys():
            if key in told or table.metadata not in mapped:
                continue
            if resolution.dangling.is_certain(key):
                fix = _fix(key, safe=False)
                yield Fault(key.place, _message(key), "warning", help=_help(key), fix=fix)


def _message(key: ForeignKey) -> str:
    said = f"the foreign key {key.column.table.label}.{key.column.name} refers to {key.spec}, but "
    if key.table is None:
        return f"{said}no table has that name"
    if key.target is not None:
        return f"{said}{key.table.label} is defined only later"
    return f"{said}{key.table.label} has no column {_column_of(key)}"


def _column_of(key: ForeignKey) -> str:
    return key.spec.rpartition(".")[2] if "." in key.spec else key.column.name


def _help(key: ForeignKey) -> str:
    import difflib  # slow to load, and seldom needed

    if key.target is not None:
        return "Define that table before the class."
    if key.table is not None:
        near = difflib.get_close_matches(_column_of(key), key.table.columns, 1)
        return f"Did you mean {near[0]}?" if near else f"Name a column of {key.table.label}."
    labels = {name: label for label, name in _names(key.column.table.metadata)}
    near = difflib.get_close_matches(table_of(key)[1], labels, 1)
    if near:
        return f"Did you mean {labels[near[0]]}?"
    return "Name a table, not a class, and define it in the same metadata."


def _fix(key: ForeignKey, *, safe: bool = True) -> Rename | None:
    """The one name that is nearly the one that is written, with a column that is there."""
    import difflib  # slow to load, and seldom needed

    if "." not in key.spec or key.target is not None:
        return None
    head, _, column = key.spec.rpartition(".")
    if key.table is not None:
        sure = difflib.get_close_matches(column, key.table.columns, 2, cutoff=SURE)
        new = [f"{head}.{name}" for name in sure]
    else:
        labels = dict(_names(key.column.table.metadata))
        sure = difflib.get_close_matches(head, labels, 2, cutoff=SURE)
        new = [f"{label}.{column}" for label in sure]
    return Rename(key.place, "column", key.spec, new[0], safe) if len(new) == 1 else None


def _names(metadata: Metadata) -> list[tuple[str, str]]:
    return [(f"{schema}.{name}" if schema else name, name) for schema, name in metadata.tables]


def _related(key: ForeignKey) -> tuple[Related, ...]:
    return (Related(key.place, f"foreign key {key.column.name} → {key.spec}"),)
