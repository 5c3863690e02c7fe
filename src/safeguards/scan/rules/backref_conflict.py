"""A `backref` that cannot be made: its name is taken, or `back_populates` is given too.

## What it does
Looks up the name of each `backref` among the mapped attributes of the target class, its
parents and its subclasses, those made by other backrefs included.

## Why this breaks production
`configure_mappers()` raises at the first query, and every request that touches the database
answers 500. `backref` beside `back_populates` raises when the module is imported.

## Example
```python
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", backref="customer")


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer")
```
`ArgumentError: Error creating backref 'customer' on relationship 'Customer.orders': property of
that name exists on mapper 'Mapper[Order(order)]'`

## Use instead
Write both sides out and link them:
```python
    orders = relationship("Order", back_populates="customer")
    customer = relationship("Customer", back_populates="orders")
```

## Fix safety
There is no automatic fix: two relationships of one name may be meant to be two.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.interpret.values import Literal, Made, Value, text
from safeguards.scan.project import Mapper, Property, Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution


@rule("SG118", "backref-conflict")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships whose backref SQLAlchemy refuses to make."""
    children = _children(resolution.project.mappers)
    for found in resolution.project.relationships:
        key = _backref_key(found.arguments.get("backref"))
        if not key:
            continue
        populates = found.arguments.get("back_populates")
        if text(populates) or isinstance(populates, Made):
            yield relationship_fault(
                found,
                f"{found.label} has both backref and back_populates",
                help_text="Keep back_populates, and write the other side out.",
            )
            continue
        taken = _taken(resolution, found, key, children)
        if taken is not None:
            mapper, prop = taken
            yield relationship_fault(
                found,
                f'{found.label} has backref="{key}", but {mapper.name} has an attribute {key}',
                help_text="Link the two sides by back_populates, or rename one of them.",
                related=(Related(prop.place, f"{mapper.name}.{key}"),),
            )


def _backref_key(value: Value | None) -> str:
    if isinstance(value, Made) and value.kind == "backref":
        value = value.args[0] if value.args else value.kwargs.get("name")
    return text(value) or "" if isinstance(value, Literal) else ""


def _children(mappers: list[Mapper]) -> dict[Mapper, list[Mapper]]:
    found: dict[Mapper, list[Mapper]] = {}
    for mapper in mappers:
        if mapper.inherits is not None:
            found.setdefault(mapper.inherits, []).append(mapper)
    return found


def _taken(
    resolution: Resolution, found: Relationship, key: str, children: dict[Mapper, list[Mapper]]
) -> tuple[Mapper, Property] | None:
    """Who in the target's hierarchy certainly has a mapped attribute of this name already."""
    if found.target is None:
        return None
    hierarchy = list(found.target.line())
    pending = [found.target]
    while pending:
        below = children.get(pending.pop(), [])
        hierarchy += below
        pending += below
    for mapper in hierarchy:
        prop = mapper.properties.get(key)
        if prop is not None and not mapper.concrete and _stands(resolution, found, mapper, prop):
            return mapper, prop
    return None


def _stands(resolution: Resolution, found: Relationship, mapper: Mapper, prop: Property) -> bool:
    """Whether a property is certainly there, and is not the backref itself."""
    made = prop.relationship
    if made is not None and made.is_backref:
        return made.target is not found.mapper or prop.place != found.place
    if prop.kind == "unknown" or {"?", "exclude_properties", "include_properties"} & set(
        mapper.arguments
    ):
        return False
    return made is not None or _is_declared(resolution, mapper, prop.key)


def _is_declared(resolution: Resolution, mapper: Mapper, key: str) -> bool:
    """Whether the class or a mixin writes the attribute; a table's column may be renamed."""
    return mapper.place == mapper.info.place and key in resolution.attributes.of(mapper.info)
