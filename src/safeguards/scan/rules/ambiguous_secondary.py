"""Several foreign keys of the secondary table join one side of a many-to-many relationship.

## What it does
Resolves the two halves of a many-to-many relationship — parent to secondary table, target to
secondary table — and reports a half with more than one way to join. A self-referential
many-to-many relationship is always ambiguous without both join conditions.

## Why this breaks production
`configure_mappers()` raises at the first query, and every request that touches the database
answers 500.

## Example
```python
follows = Table(
    "follows",
    Base.metadata,
    Column("follower_id", ForeignKey("user.id"), primary_key=True),
    Column("followed_id", ForeignKey("user.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    follows = relationship("User", secondary=follows)
```
`AmbiguousForeignKeysError: Could not determine join condition between parent/child tables on
relationship User.follows - there are multiple foreign key paths linking the tables via
secondary table 'follows'.`

## Use instead
```python
    follows = relationship(
        "User",
        secondary=follows,
        primaryjoin=id == follows.c.follower_id,
        secondaryjoin=id == follows.c.followed_id,
    )
```
Where only one more key is in the way, `foreign_keys` must list both columns that are meant.

## Fix safety
There is no automatic fix: only the author knows which key is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.rules.ambiguous_foreign_keys import column_names, related_keys


@rule("SG102", "ambiguous-secondary")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships with a secondary table of which a half has several joins."""
    for found in resolution.project.relationships:
        if found.secondary is None or found.target is None:
            continue
        halves = (
            (found.target.name, resolution.joins.secondary(found)),
            (found.mapper.name, resolution.joins.primary(found)),
        )
        for side, join in halves:
            if join.kind == "several":
                yield relationship_fault(
                    found,
                    f"{found.label} is ambiguous: {found.secondary.label} has "
                    f"{len(join.keys)} foreign keys to {side} ({column_names(join)})",
                    help_text="Give primaryjoin and secondaryjoin, or list both columns that are "
                    "meant in foreign_keys.",
                    related=related_keys(join),
                )
                break
