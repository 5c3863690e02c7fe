"""A mapped attribute has no `Mapped[…]` annotation.

## What it does
Names columns, relationships and other mapped attributes of declarative classes and their mixins
that are not annotated, or with a plain type. It is opt-in: nothing is said until
`error = ["SG131"]` in `[tool.safeguards.scan]` names the rule. It covers SA201 of
flake8-sqlalchemy2, and is silent for SQLAlchemy 1.4, which does not read annotations.

## Why this breaks production
It does not. But without `Mapped[…]` a type checker takes the attribute for a column or for
anything, and what it could tell before the push — a `None` where none may be, a list taken for
one object — is told by production.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
```

## Use instead
`id: Mapped[int] = mapped_column(primary_key=True)`, and for relationships
`books: Mapped[list["Book"]] = relationship(back_populates="author")`.

## Fix safety
There is no automatic fix: the annotation also decides whether a column may be null.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.values import Made
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.attributes import Written
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.registries import SQLMODEL
from safeguards.scan.resolve.strict_annotations import is_plain_type

_MAPPED = frozenset({
    "Column", "column_property", "composite", "deferred", "mapped_column", "query_expression",
    "relationship",
})  # fmt: skip


@rule("SG131", "missing-mapped", opt_in=True)
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find mapped attributes without the annotation that tells their type."""
    if resolution.version == "1.4":
        return
    for mapper in resolution.project.mappers:
        if mapper.registry.key == SQLMODEL or mapper.place != mapper.info.place:
            continue
        for source in resolution.attributes.sources(mapper.info):
            for item in resolution.attributes.written(source):
                if _lacks_mapped(item):
                    yield Fault(
                        item.place,
                        f"{source.name}.{item.name} is not annotated as Mapped[…]",
                        "warning",
                        model=source.name,
                        help=f"Write {item.name}: Mapped[…] = ….",
                    )


def _lacks_mapped(item: Written) -> bool:
    if not isinstance(item.value, Made) or item.value.kind not in _MAPPED:
        return False
    annotation = item.node.annotation
    return annotation is None or is_plain_type(annotation, item.owner)
