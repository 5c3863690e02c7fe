"""A relationship names a class, table or column expression that nothing defines.

## What it does
Looks up the string targets of relationships in the classes of the same registry, the names of
secondary tables in its metadata, and the names inside string arguments (`foreign_keys`,
`primaryjoin`, `secondaryjoin`, `remote_side`, `order_by`). A target without quotes that is not
bound when the class body runs ends the import itself.

## Why this breaks production
The name is looked up only when the mappers are configured, at the first query. Then SQLAlchemy
raises, and every request that touches the database answers 500.

## Example
```python
class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Custommer")
```
`InvalidRequestError: When initializing mapper Mapper[Order(order)], expression 'Custommer'
failed to locate a name ('Custommer').`

## Use instead
Spell it as the class is spelled, and import the module that defines it wherever the
application starts.

## Fix safety
Safe where exactly one class of the registry (for `secondary`: one table) has nearly that name,
the relationship can be joined to it, and the name is in a string. Otherwise there is no
automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.fixes.choose import SURE, joinable
from safeguards.scan.fixes.intents import Rename
from safeguards.scan.interpret.values import text
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.early import EarlyName


@rule("SG105", "unknown-target")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships with a name that the registry does not know."""
    for found in resolution.project.relationships:
        early = resolution.early.find(found)
        if early is not None:
            if early.argument in {"argument", "secondary"}:
                yield _unbound(found, early)
            continue
        if found.missing:
            yield _fault(resolution, found, found.missing, "")
            continue
        unknown = resolution.unknown_name(found)
        if unknown is not None:
            name, argument = unknown
            yield _fault(resolution, found, name, argument)


def _unbound(found: Relationship, early: EarlyName) -> Fault:
    when = "is bound only below" if early.later else "is bound nowhere"
    return relationship_fault(
        found,
        f"{found.label} refers to {early.name}, which {when}",
        help_text="Put the name in quotes, or import what it names.",
    )


def _fault(resolution: Resolution, found: Relationship, name: str, argument: str) -> Fault:
    registry = found.mapper.registry
    tables = [table for named in registry.metadata.tables.values() for table in named]
    known = {table.name: table.label for table in tables if table.name is not None}
    known |= dict.fromkeys(registry.classes, "")
    import difflib  # slow to load, and seldom needed

    near = difflib.get_close_matches(name.rsplit(".", 1)[-1], known, 1)
    hint = (
        f"Did you mean {known[near[0]] or near[0]}?"
        if near
        else "No class or table of that name is defined."
    )
    where = f" in its {argument}" if argument else ""
    message = f"{found.label} refers to {name}{where}, which nothing defines"
    fix = _fix(resolution, found, name, argument or _argument(found, name))
    return relationship_fault(found, message, help_text=hint, fix=fix)


def _argument(found: Relationship, name: str) -> str:
    """Where the missing name is written; empty for the annotation."""
    for argument in ("argument", "secondary"):
        if text(found.arguments.get(argument)) == name:
            return argument
    return ""


def _fix(resolution: Resolution, found: Relationship, name: str, argument: str) -> Rename | None:
    """The one class (for `secondary`: table) with nearly the name, if it can be joined."""
    import difflib  # slow to load, and seldom needed

    last = name.rsplit(".", 1)[-1]
    registry = found.mapper.registry
    tables = [table for schema, table in found.mapper.metadata.tables if schema is None]
    known = tables if argument == "secondary" else list(registry.classes)
    sure = difflib.get_close_matches(last, known, 2, cutoff=SURE)
    if len(sure) != 1:
        return None
    if argument != "secondary":
        named = registry.named(sure[0])
        if len(named) != 1 or (name == found.missing and not joinable(resolution, found, named)):
            return None
    old = name if last == sure[0] else last  # the name is right: its module path is not
    return Rename(found.place, argument, old, sure[0])
