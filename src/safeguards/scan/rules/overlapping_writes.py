"""Two relationships that are not linked write the same column.

## What it does
Compares the foreign key columns that relationships fill, less those of view-only ones. Two that
are linked by `back_populates` or `backref`, or that name each other in `overlaps`, may share a
column.

## Why this breaks production
SQLAlchemy only warns (a warning). When both sides are changed in one session, the last one to
be flushed wins, silently: an assignment is lost, or set to NULL.

## Example
```python
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order")


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer")
```
SQLAlchemy warns: `relationship 'Order.customer' will copy column customer.id to column
order.customer_id, which conflicts with relationship(s): 'Customer.orders'`

## Use instead
```python
    orders = relationship("Order", back_populates="customer")
    customer = relationship("Customer", back_populates="orders")
```
Where only one of them should write, the other one has `viewonly=True`.

## Fix safety
There is no automatic fix: only the author knows which side should write.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.interpret.values import Literal, Made, text
from safeguards.scan.project import Column, Mapper, Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.relationships import other_side


@rule("SG115", "overlapping-writes")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find pairs of relationships that write one column without being linked."""
    writers: dict[Column, list[Relationship]] = {}
    for found in resolution.project.relationships:
        clashes: list[tuple[Relationship, Column]] = []
        for column in _written(resolution, found):
            others = writers.setdefault(column, [])
            clashes += [(other, column) for other in others if not _may_share(found, other)]
            others.append(found)
        if clashes:
            other, column = clashes[0]
            yield relationship_fault(
                found,
                f"{found.label} and {other.label} both write {column.table.label}.{column.name}",
                severity="warning",
                help_text="Link them by back_populates, or set viewonly=True on one of them.",
                related=(Related(other.place, other.label),),
            )


def _written(resolution: Resolution, found: Relationship) -> list[Column]:
    """The columns that a relationship certainly fills."""
    if {"?", "viewonly", "overlaps"} & set(found.arguments) or found.target is None:
        return []
    if resolution.is_refused(found):
        return []
    joins = [resolution.joins.primary(found)]
    if found.secondary is not None:
        joins.append(resolution.joins.secondary(found))
    if any(join.kind != "one" for join in joins):
        return []
    columns = (column for join in joins for _, column in join.pairs)
    return list(dict.fromkeys(columns))


def _may_share(found: Relationship, other: Relationship) -> bool:
    """Whether SQLAlchemy expects two relationships to write one column."""
    if _names(found, other) or _names(other, found) or found.place == other.place:
        return True
    ends = [m for m in (found.mapper, found.target) if m is not None]
    others = [m for m in (other.mapper, other.target) if m is not None]
    if any(_are_siblings(mine, theirs) for mine in ends for theirs in others):
        return True
    return found.key == other.key and _base(found.mapper) is _base(other.mapper)


def _names(found: Relationship, other: Relationship) -> bool:
    """Whether one relationship names the other as its reverse side."""
    given = found.arguments.get("back_populates")
    if text(given) is None and isinstance(given, Literal | None):
        return _backref_name(found) == other.key
    side = other_side(found)
    prop = side[0].find(side[1]) if side is not None else None
    return prop is None or prop.relationship is other  # a name that leads nowhere is a fault itself


def _backref_name(found: Relationship) -> str | None:
    value = found.arguments.get("backref")
    return text(value.args[0]) if isinstance(value, Made) and value.args else text(value)


def _base(mapper: Mapper) -> Mapper:
    return list(mapper.line())[-1]


def _are_siblings(left: Mapper, right: Mapper) -> bool:
    return _base(left) is _base(right) and not left.is_a(right) and not right.is_a(left)
