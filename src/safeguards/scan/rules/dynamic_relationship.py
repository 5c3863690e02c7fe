"""A relationship is loaded by the legacy dynamic loader.

## What it does
Names relationships with `lazy="dynamic"`, also on `backref()`, `dynamic_loader()` and
`DynamicMapped[…]`. It is opt-in: nothing is said until `error = ["SG132"]` in
`[tool.safeguards.scan]` names the rule. It covers SA202 of flake8-sqlalchemy2.

## Why this breaks production
It does not by itself. A dynamic relationship is a legacy `Query`: every use of it is a query of
its own, it cannot be loaded eagerly, and with asyncio it raises on the first access.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", lazy="dynamic")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
```

## Use instead
`lazy="write_only"`, or `WriteOnlyMapped["Book"]`, from SQLAlchemy 2.0; a plain relationship
where the collection is small.

## Fix safety
There is no automatic fix: the code that queries the relationship must change too.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.values import Made, text
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.options import effective
from safeguards.scan.settings import SQLAlchemyVersion


@rule("SG132", "dynamic-relationship", opt_in=True)
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships, and backrefs, that load dynamically."""
    for found in resolution.project.relationships:
        if _is_dynamic(found, resolution.version):
            yield relationship_fault(
                found,
                f"{found.label} is loaded dynamically",
                severity="warning",
                help_text='Use lazy="write_only", or load the collection as it is.',
            )


def _is_dynamic(found: Relationship, version: SQLAlchemyVersion) -> bool:
    backref = found.arguments.get("backref")
    loaders = [effective(found, version).get("lazy")]
    loaders += [backref.kwargs.get("lazy")] if isinstance(backref, Made) else []
    return any(text(loader) == "dynamic" for loader in loaders)
