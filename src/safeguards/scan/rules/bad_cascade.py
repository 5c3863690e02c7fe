"""Options of a relationship that exclude each other: cascades, orphans, view-only.

## What it does
Reads `cascade` (of `backref()` too), `single_parent`, `passive_deletes`, `viewonly`,
`sync_backref` and `cascade_backrefs`, and reports what SQLAlchemy refuses: an unknown cascade,
`delete-orphan` on the side that holds the key or through a secondary table without
`single_parent`, `passive_deletes="all"` beside a delete cascade, a view-only relationship that
should also write.

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

## Fix safety
There is no automatic fix: only the author knows which rows are meant to be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.values import Literal, Made, Sequence, Value, text, truth
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution

_ALL = frozenset({"delete", "expunge", "merge", "refresh-expire", "save-update"})
_KNOWN = _ALL | {"all", "delete-orphan", "none"}
_WRITING = frozenset({"delete", "delete-orphan", "save-update"})

Options = dict[str, Value]


@rule("SG116", "bad-cascade")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships, and their backrefs, whose options exclude each other."""
    for found in resolution.project.relationships:
        reason = _refused(found.arguments, resolution.version)
        if not reason:
            direction = resolution.directions.of(found)
            reason = _orphans(found.arguments, direction)
            if not reason:
                reason = _of_backref(found, resolution.version, direction)
        if reason:
            yield relationship_fault(
                found, f"{found.label}: {reason}", help_text=_HELP.get(reason, "")
            )


def _refused(options: Options, version: str) -> str:
    """Why SQLAlchemy refuses these options whatever the relationship joins."""
    cascades = _cascades(options.get("cascade"))
    unknown = sorted(cascades - _KNOWN)
    if unknown:
        return f"{unknown[0]!r} is no cascade"
    viewonly = truth(options.get("viewonly")) is True
    if viewonly and truth(options.get("sync_backref")) is True:
        return "a view-only relationship cannot have sync_backref=True"
    if viewonly and version == "1.4" and cascades & _WRITING:
        return "a view-only relationship cannot cascade writes"
    given = options.get("cascade_backrefs")
    if version != "1.4" and isinstance(given, Literal) and given.value is True:
        return "cascade_backrefs can only be False"
    deletes = cascades & {"delete", "delete-orphan"} and not _may_only_view(options)
    if deletes and text(options.get("passive_deletes")) == "all":
        return 'passive_deletes="all" excludes a delete cascade'
    return ""


def _may_only_view(options: Options) -> bool:
    return "viewonly" in options and truth(options["viewonly"]) is not False


def _orphans(options: Options, direction: str | None) -> str:
    if direction is None or direction == "one-to-many" or "?" in options:
        return ""
    if "delete-orphan" not in _cascades(options.get("cascade")) or _may_only_view(options):
        return ""
    single = options.get("single_parent")
    if single is not None and truth(single) is not False:
        return ""
    return f"delete-orphan on a {direction} relationship"


def _of_backref(found: Relationship, version: str, direction: str | None) -> str:
    made = found.arguments.get("backref")
    if not isinstance(made, Made) or made.kind != "backref" or not made.complete:
        return ""
    options = dict(made.kwargs)
    if "viewonly" in found.arguments:
        options.setdefault("viewonly", found.arguments["viewonly"])
    opposite = {"one-to-many": "many-to-one", "many-to-one": "one-to-many"}
    reason = _refused(options, version)
    reason = reason or _orphans(options, opposite.get(direction, direction) if direction else None)
    return f"its backref: {reason}" if reason else ""


def _cascades(value: Value | None) -> set[str]:
    """The cascades that an option certainly names, `all` spelled out as well."""
    words: list[str | None] = []
    if text(value) is not None:
        words = [word.strip() for word in str(text(value)).split(",")]
    elif isinstance(value, Sequence) and value.complete:
        words = [text(item) for item in value.items]
    found = {word for word in words if word}
    return found | _ALL if "all" in found else found


_HELP = {
    "delete-orphan on a many-to-one relationship": "Move delete-orphan to the one-to-many side, "
    "or set single_parent=True.",
    "delete-orphan on a many-to-many relationship": "Drop delete-orphan, or set "
    "single_parent=True.",
}
