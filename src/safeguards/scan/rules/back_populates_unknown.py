"""`back_populates` names an attribute that the target does not have, or no relationship.

## What it does
Looks up the name in the mapped attributes of the target class, inherited ones and those made
by `backref` included.

## Why this breaks production
`configure_mappers()` raises at the first query, and every request that touches the database
answers 500.

## Example
```python
class Parent(Base):
    __tablename__ = "parent"
    id = Column(Integer, primary_key=True)
    children = relationship("Child", back_populates="parents")


class Child(Base):
    __tablename__ = "child"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("parent.id"))
    parent = relationship("Parent", back_populates="children")
```
`InvalidRequestError: Mapper 'Mapper[Child(child)]' has no property 'parents'.`

## Use instead
```python
    children = relationship("Child", back_populates="parent")
```

## Fix safety
Safe where exactly one relationship of the target names this one in its own `back_populates`.
Otherwise there is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.fixes.choose import rename_back_populates
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.relationships import other_side


@rule("SG108", "back-populates-unknown")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find `back_populates` that lead to nothing, or to a column."""
    for found in resolution.project.relationships:
        other = other_side(found)
        if other is None:
            continue
        target, key = other
        prop = target.find(key)
        if prop is None and not target.why_unmapped():
            import difflib  # slow to load, and seldom needed

            near = difflib.get_close_matches(key, _relationships(resolution, target.name), 1)
            yield relationship_fault(
                found,
                f'{found.label} has back_populates="{key}", but {target.name} has no '
                f"attribute {key}",
                help_text=f"Did you mean {near[0]}?" if near else f"Add {key} to {target.name}.",
                fix=rename_back_populates(found, key),
            )
        elif prop is not None and prop.kind in {"column", "other"}:
            yield relationship_fault(
                found,
                f'{found.label} has back_populates="{key}", but {target.name}.{key} is not a '
                "relationship",
                help_text="back_populates names the relationship on the other side.",
            )


def _relationships(resolution: Resolution, model: str) -> list[str]:
    return [r.key for r in resolution.project.relationships if r.mapper.name == model]
