"""A column has no comment.

## What it does
Names columns, of classes and of tables, without `comment=`. It is opt-in: nothing is said until
`error = ["SG133"]` in `[tool.safeguards.scan]` names the rule. It covers SQA200 of
flake8-sqlalchemy. A column from an `Annotated` type takes the comment of its type; fields of
SQLModel are left alone.

## Why this breaks production
It does not. Where a team has agreed that the database documents itself, this finds what was
forgotten.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
```

## Use instead
```python
    id = Column(Integer, primary_key=True, comment="Given by the publisher")
```

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.project import Column
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.registries import SQLMODEL


@rule("SG133", "column-comment", opt_in=True)
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find columns that say nothing of themselves."""
    models = {mapper.table: mapper for mapper in reversed(resolution.project.mappers)}
    for table in resolution.project.tables:
        model = models.get(table)
        if model is not None and model.registry.key == SQLMODEL:
            continue
        for column in table.columns.values():
            if _lacks_comment(column):
                yield Fault(
                    column.place,
                    f"column {table.label}.{column.name} has no comment",
                    "warning",
                    model=model.name if model is not None else None,
                    help="Give it comment=….",
                )


def _lacks_comment(column: Column) -> bool:
    calls = [made for made in (column.made, column.annotated) if made is not None]
    return all(made.complete and "comment" not in made.kwargs for made in calls)
