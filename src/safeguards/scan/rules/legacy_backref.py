"""A relationship makes its other side by `backref`.

## What it does
Names relationships with `backref=`. It is opt-in: nothing is said until
`error = ["SG130"]` in `[tool.safeguards.scan]` names the rule. It covers SA203 of
flake8-sqlalchemy2.

## Why this breaks production
It does not: SQLAlchemy supports `backref` for good. But the other side appears in no class, so
neither readers nor type checkers see it, a rename misses it, and its `foreign_keys`, loading and
cascades hide in the options of a relationship elsewhere.

## Example
```python
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", backref="author")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
```

## Use instead
Write both sides: `books = relationship("Book", back_populates="author")` in `Author`, and
`author = relationship("Author", back_populates="books")` in `Book`. What the backref inherited,
such as `foreign_keys`, each side then needs for itself.

## Fix safety
There is no automatic fix: it would have to write into another class.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.unusable_joins import given


@rule("SG130", "legacy-backref", opt_in=True)
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships that make their other side."""
    for found in resolution.project.relationships:
        if given(found, "backref"):
            yield relationship_fault(
                found,
                f"{found.label} makes its other side by backref",
                severity="warning",
                help_text="Write both relationships, linked by back_populates.",
            )
