"""A mixin or abstract base assigns what SQLAlchemy cannot copy to each class.

## What it does
Names `relationship()`, `column_property()`, `deferred()` and `synonym()` that stand in a class
which is not mapped itself and from which a mapped class inherits; and columns there whose
`ForeignKey` is a column of a mixin (for SQLAlchemy 1.4: columns with any `ForeignKey`).

## Why this breaks production
SQLAlchemy raises while the module of the mapped class is imported: the application does not
start.

## Example
```python
class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    owner_id = Column(Integer)
    owner = relationship("User")


class Document(Owned, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
```
`InvalidRequestError: Mapper properties (i.e. deferred,column_property(), relationship(), etc.)
must be declared as @declared_attr callables on declarative mixin classes.`

## Use instead
Write a function under `@declared_attr`, which is called once for each class:
`@declared_attr` above `def owner(cls): return relationship("User")`.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Made, Member, Value
from safeguards.scan.project import Mapper
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.attributes import Written
from safeguards.scan.resolve.build import Resolution

_PROPERTIES = frozenset({
    "column_property", "composite", "deferred", "query_expression", "relationship", "synonym",
})  # fmt: skip
_COLUMNS = frozenset({"Column", "mapped_column"})


@rule("SG119", "mixin-needs-declared-attr")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find what mixins of mapped classes assign without `declared_attr`."""
    for mapper in resolution.project.mappers:
        if mapper.place != mapper.info.place or mapper.registry.key == "sqlmodel.SQLModel":
            continue
        first, *mixins = resolution.attributes.sources(mapper.info)
        bound = set(first.scope.bindings)
        for mixin in mixins:
            for item in resolution.attributes.written(mixin):
                reason = _reason(resolution, mixins, item, overridden=item.name in bound)
                if reason:
                    yield _fault(mapper, item, reason)
            bound |= set(mixin.scope.bindings)


def _fault(mapper: Mapper, item: Written, reason: str) -> Fault:
    is_relationship = isinstance(item.value, Made) and item.value.kind == "relationship"
    return Fault(
        item.place,
        f"{item.owner.name}.{item.name}: {reason}",
        model=item.owner.name,
        relationship=item.name if is_relationship else None,
        help=f"Write @declared_attr above def {item.name}(cls), and return it from there.",
        related=(Related(mapper.place, f"{mapper.name} inherits it"),),
    )


def _reason(
    resolution: Resolution, mixins: list[ClassInfo], item: Written, *, overridden: bool
) -> str:
    made = item.value
    if not isinstance(made, Made):
        return ""
    if made.kind in _PROPERTIES:
        return f"{made.kind}() of a class that is not mapped must be made by declared_attr"
    if made.kind not in _COLUMNS or overridden:
        return ""
    keys = [arg for arg in made.args if isinstance(arg, Made) and arg.kind == "ForeignKey"]
    if keys and resolution.version == "1.4":
        return "SQLAlchemy 1.4 copies no column with a ForeignKey from a mixin"
    if any(_is_unbound(resolution, mixins, arg) for key in keys for arg in key.args[:1]):
        return "its ForeignKey names a column of a mixin, which is in no table"
    return ""


def _is_unbound(resolution: Resolution, mixins: list[ClassInfo], value: Value) -> bool:
    """Whether a foreign key's target is a column that stands in the body of a mixin."""
    if isinstance(value, Member):
        return any(
            value.owner is mixin and value.name == item.name and _is_column(item.value)
            for mixin in mixins
            for item in resolution.attributes.written(mixin)
        )
    return _is_column(value) and any(
        value is item.value for mixin in mixins for item in resolution.attributes.written(mixin)
    )


def _is_column(value: Value) -> bool:
    return isinstance(value, Made) and value.kind in _COLUMNS
