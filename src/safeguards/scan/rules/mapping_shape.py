"""A class that SQLAlchemy refuses to map.

## What it does
Names mapped classes without a table or a primary key; two classes or tables of one file that
define the same table;
children in a single table with a primary key, `__table_args__` or a column of their parent's;
classes with several mapped bases; a `polymorphic_on` that names nothing; a relationship with
neither target nor annotation; and, from SQLAlchemy 2.0 on, annotations that are not `Mapped[…]`
and collections that cannot be made, such as `Mapped[Sequence[…]]`.

## Why this breaks production
SQLAlchemy raises while the module is imported: the application does not start.

## Example
```python
class Document(Base):
    __tablename__ = "document"
    id = Column(Integer)
```
`ArgumentError: Mapper Mapper[Document(document)] could not assemble any primary key columns for
mapped table 'document'`

## Use instead
```python
    id = Column(Integer, primary_key=True)
```

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from safeguards.findings import Related
from safeguards.scan.interpret.values import Made
from safeguards.scan.project import Mapper
from safeguards.scan.registry import Fault, mapper_fault, rule
from safeguards.scan.resolve import strict_annotations
from safeguards.scan.resolve.attributes import Written
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.registries import SQLMODEL
from safeguards.scan.resolve.repeated_tables import RepeatedTables
from safeguards.scan.resolve.shapes import duplicates, makes_table, table_fault


@rule("SG120", "mapping-shape")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find classes that SQLAlchemy refuses to map."""
    declared = [
        mapper
        for mapper in resolution.project.mappers
        if mapper.place == mapper.info.place and mapper.registry.key != SQLMODEL
    ]
    for mapper in declared:
        yield from _of_class(resolution, mapper)
    yield from _repeated(resolution)
    for mapper, first in duplicates(declared, resolution.attributes):
        assert mapper.table is not None
        yield mapper_fault(
            mapper,
            f"{mapper.name}: table {mapper.table.label} is already that of {first.name}",
            help_text="Give one of them another __tablename__.",
            related=(Related(first.place, first.name),),
        )


def _repeated(resolution: Resolution) -> Iterator[Fault]:
    certain = partial(makes_table, attributes=resolution.attributes)
    project, references = resolution.project, resolution.references
    for table, first in RepeatedTables(
        project, references, resolution.early.module, certain
    ).pairs():
        yield Fault(
            table.place,
            f"table {table.label} is already defined at line {first.place.line}",
            help="Use the table that is there, or give one of them another name.",
            related=(Related(first.place, f"table {first.label}"),),
        )


def _of_class(resolution: Resolution, mapper: Mapper) -> Iterator[Fault]:
    fault = table_fault(mapper, resolution.attributes)
    if fault is not None:
        message, help_text = fault
        yield mapper_fault(mapper, f"{mapper.name}: {message}", help_text=help_text)
    strict = resolution.version != "1.4" and strict_annotations.are_read(
        mapper, resolution.attributes
    )
    for item in resolution.attributes.written(mapper.info):
        reason = _without_target(item) or (strict_annotations.fault(item) if strict else None)
        if reason is not None:
            message, help_text = reason
            is_relationship = isinstance(item.value, Made) and item.value.kind == "relationship"
            yield Fault(
                item.place,
                f"{mapper.name}.{item.name}: {message}",
                model=mapper.name,
                relationship=item.name if is_relationship else None,
                help=help_text,
            )


def _without_target(item: Written) -> tuple[str, str] | None:
    """Whether a relationship certainly says nothing of its target."""
    made = item.value
    if not isinstance(made, Made) or made.kind != "relationship" or not made.complete:
        return None
    if made.args or "argument" in made.kwargs or item.node.annotation is not None:
        return None
    return "it has neither a target nor an annotation", "Name the class that it leads to."
