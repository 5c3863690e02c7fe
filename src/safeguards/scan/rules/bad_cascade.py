"""Options of a relationship that SQLAlchemy refuses: cascades, loaders, collections, view-only.

## What it does
Reads the options of `relationship()` and `backref()`, and reports what SQLAlchemy refuses: an
unknown keyword, cascade or loader (`lazy`); `delete-orphan` on the side that holds the key or
through a secondary table without `single_parent`; `passive_deletes="all"` beside a delete
cascade; a view-only relationship that should also write, or that one with `sync_backref=True`
names as its other side; a dynamic or write-only loader on what holds a single object; a
collection that SQLAlchemy cannot fill (`collection_class=dict`, `Mapped[dict[str, "Item"]]`,
tuples).

## Why this breaks production
Some raise when the module is imported, the others in `configure_mappers()` at the first query:
then every request that touches the database answers 500.

## Example
```python
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer", cascade="all, delete-orphan")
```
`ArgumentError: For many-to-one relationship Order.customer, delete-orphan cascade is normally
configured only on the "one" side of a one-to-many relationship, and not on the "many" side of a
many-to-one or many-to-many relationship.`

## Use instead
Orphans are deleted from the "one" side: move the cascade to `Customer.orders`, or drop it.
```python
    customer = relationship("Customer")
```
For a collection by key, `collection_class=attribute_keyed_dict("name")` (in SQLAlchemy 1.4,
`attribute_mapped_collection`).

## Fix safety
There is no automatic fix: only the author knows what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.values import Made, truth
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve import options
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.directions import Direction
from safeguards.scan.resolve.links import partner
from safeguards.scan.resolve.relationships import is_viewonly
from safeguards.scan.settings import SQLAlchemyVersion

_OPPOSITE: dict[Direction, Direction] = {
    "one-to-many": "many-to-one",
    "many-to-one": "one-to-many",
    "many-to-many": "many-to-many",
}


@rule("SG116", "bad-cascade")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships, and their backrefs, with options that SQLAlchemy refuses."""
    for found in resolution.project.relationships:
        direction = resolution.directions.of(found)
        reason = (
            _of_call(found, resolution.version)
            or _of_side(found, direction, resolution.version)
            or _of_backref(found, direction, resolution.version)
            or _unsynced(found)
        )
        if reason:
            yield relationship_fault(
                found, f"{found.label}: {reason}", help_text=_HELP.get(reason, "")
            )


def _of_call(found: Relationship, version: SQLAlchemyVersion) -> str:
    unknown = options.unknown_keyword(found, version)
    if unknown:
        return f"relationship() takes no argument {unknown}"
    return options.refused(found.arguments, version)


def _of_side(found: Relationship, direction: Direction | None, version: SQLAlchemyVersion) -> str:
    given = options.effective(found, version)
    return options.orphans(given, direction) or options.unloadable(given, direction, version)


def _of_backref(
    found: Relationship, direction: Direction | None, version: SQLAlchemyVersion
) -> str:
    made = found.arguments.get("backref")
    if not isinstance(made, Made) or made.kind != "backref" or not made.complete:
        return ""
    given = dict(made.kwargs)
    for name in ("viewonly", "sync_backref"):
        if name in found.arguments:
            given.setdefault(name, found.arguments[name])
    unknown = options.unknown_keyword_of_backref(made)
    opposite = _OPPOSITE[direction] if direction else None
    reason = f"relationship() takes no argument {unknown}" if unknown else ""
    reason = reason or options.refused(given, version) or options.orphans(given, opposite)
    reason = reason or options.unloadable(given, opposite, version)
    return f"its backref: {reason}" if reason else ""


def _unsynced(found: Relationship) -> str:
    """Whether one side of a pair is view-only and the other one must be kept in sync with it."""
    other = partner(found)
    if other is None:
        return ""
    for viewed, synced in ((found, other), (other, found)):
        if is_viewonly(viewed) and truth(synced.arguments.get("sync_backref")) is True:
            return f"{synced.label} has sync_backref=True, but {viewed.label} is view-only"
    return ""


_HELP = {
    "delete-orphan on a many-to-one relationship": "Move delete-orphan to the one-to-many side, "
    "or set single_parent=True.",
    "delete-orphan on a many-to-many relationship": "Drop delete-orphan, or set "
    "single_parent=True.",
    "a dict is no collection that SQLAlchemy can fill": "Pass collection_class="
    "attribute_keyed_dict(…), which tells the key.",
}
