"""A model is in no module that Alembic's `env.py` imports.

## What it does
Follows the imports of each `env.py` that has a `target_metadata`, and names the classes with a
table in that metadata whose module none of them loads. It is silent where a module on the way
imports by computed names (`importlib`, `pkgutil`, entry points), where `target_metadata` comes
from an application (Flask-Migrate), and about models in tests, examples and scripts. What the
project's own code imports that runs `alembic.command` counts as imported.

## Why this breaks production
Alembic compares the database with the tables that are in memory. A model that was never imported
is not among them: `alembic revision --autogenerate` leaves its table out, or, where the table
exists already, writes a `drop_table` for it. SQLAlchemy raises nothing (a warning). It often
starts when a tool removes an import from `env.py` that looks unused.

## Example
```python
# app/base.py
from sqlalchemy.orm import declarative_base

Base = declarative_base()

# app/order.py
from sqlalchemy import Column, Integer

from app.base import Base


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)

# migrations/env.py
from alembic import context

from app.base import Base

target_metadata = Base.metadata
context.configure(target_metadata=target_metadata)
```

## Use instead
Import every module with models in `env.py`, or in one package that `env.py` imports, and tell
linters that the import is meant: `from app import order  # noqa: F401`.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place, Related
from safeguards.scan.project import Mapper
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.registration import is_aside


@rule("SG124", "model-not-registered")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find models that Alembic does not see."""
    environments = resolution.registration.environments()
    for mapper in resolution.project.mappers if environments else ():
        meant = [e for e in environments if mapper.metadata in e.metadata]
        loaded = any(mapper.place.path in e.reached for e in meant)
        if meant and not loaded and _is_judged(mapper):
            module = mapper.info.module
            first = meant[0].path
            yield Fault(
                mapper.place,
                f"{mapper.name} is in no module that {first} imports: Alembic does not see its "
                "table",
                "warning",
                model=mapper.name,
                help=f"Import {module.name} in {first}, or in a module that it imports.",
                related=tuple(Related(Place(e.path), "target_metadata") for e in meant),
            )


def _is_judged(mapper: Mapper) -> bool:
    """Whether a class certainly makes a table of its own when its module is imported."""
    table = mapper.table
    if table is None or mapper.registry.open or mapper.info.outer.kind != "module":
        return False
    if table.place.path != mapper.place.path:
        return False
    if mapper.inherits is not None and mapper.inherits.table is table:
        return False
    return not is_aside(mapper.place.path)
