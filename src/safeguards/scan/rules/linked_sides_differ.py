"""Two relationships name each other with `back_populates`, but use different foreign keys.

## What it does
Compares the foreign key columns, and the secondary tables, by which the two sides of a
`back_populates` pair are joined. Sides that are `viewonly` are left alone; where only one side
has `foreign_keys`, SG112 speaks instead.

## Why this breaks production
SQLAlchemy compares directions, not columns: nothing raises. Assigning on one side writes one
column, and the other side loads by another one. Rows show up under the wrong parent, or vanish.

## Example
```python
class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    contacts = relationship(
        "Contact", back_populates="billing", foreign_keys="Contact.shipping_id"
    )


class Contact(Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    shipping_id = Column(ForeignKey("address.id"))
    billing = relationship("Address", back_populates="contacts", foreign_keys=[billing_id])
```

## Use instead
```python
    contacts = relationship(
        "Contact", back_populates="billing", foreign_keys="Contact.billing_id"
    )
```

## Fix safety
There is no automatic fix: only the author knows which key is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.links import pairs
from safeguards.scan.resolve.sides import difference, lacks_foreign_keys


@rule("SG111", "linked-sides-differ")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find linked relationships that are not joined by the same columns."""
    for found, other in pairs(resolution.project):
        if lacks_foreign_keys(found, other) or lacks_foreign_keys(other, found):
            continue
        said = difference(resolution, found, other)
        if said:
            yield relationship_fault(
                found,
                f"{found.label} and {other.label} name each other, but {said}",
                severity="warning",
                help_text="Join both sides by the same columns, or link each to its own partner.",
                related=(Related(other.place, other.label),),
            )
