"""A mapped attribute has a name that SQLAlchemy keeps for itself.

## What it does
Names mapped attributes called `metadata`, and for SQLAlchemy 2.1 also `registry`, in classes
with a declarative base and in their mixins.

## Why this breaks production
SQLAlchemy 1.4 and 2.0 raise while the module is imported: the application does not start (an
error). SQLAlchemy 2.1 only warns (a warning), but `Model.metadata` is then a column, and what
reads the tables from it, such as Alembic's `target_metadata`, breaks.

## Example
```python
class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    metadata = Column(String)
```
SQLAlchemy 2.0: `Attribute name 'metadata' is reserved when using the Declarative API.`

## Use instead
Keep the name of the column, and give the attribute another one:
`metadata_ = Column("metadata", String)`.

## Fix safety
There is no automatic fix: the code that uses the attribute must change too.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place, Severity
from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.project import Mapper
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.registries import SQLMODEL


@rule("SG122", "reserved-attribute")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find mapped attributes with a reserved name."""
    names = ["metadata", "registry"] if resolution.version == "2.1" else ["metadata"]
    severity: Severity = "warning" if resolution.version == "2.1" else "error"
    for mapper in resolution.project.mappers:
        if mapper.place != mapper.info.place or mapper.registry.key == SQLMODEL:
            continue
        for name in names:
            place = _place(resolution, mapper, name)
            if place is not None:
                yield Fault(
                    place,
                    f"{mapper.name}.{name}: the name {name} is reserved",
                    severity,
                    model=mapper.name,
                    relationship=name if mapper.properties[name].relationship else None,
                    help=f'Rename the attribute; the column keeps its name: Column("{name}", …).',
                )


def _place(resolution: Resolution, mapper: Mapper, name: str) -> Place | None:
    """Where a class or its mixin certainly maps this name, or None."""
    prop = mapper.properties.get(name)
    if prop is None or prop.kind == "unknown":
        return None
    for source in resolution.attributes.sources(mapper.info):
        bindings = source.scope.bindings.get(name)
        if bindings:
            node = bindings[-1].node
            is_bare = isinstance(node, f.Bind) and node.value is None
            if is_bare and resolution.version == "1.4":
                return None
            return prop.place if _stands_in(source, node) else None
    return None


def _stands_in(source: ClassInfo, node: object) -> bool:
    """Whether a statement belongs to the class body itself, under no condition."""
    return any(node is statement for statement in source.node.body)
