"""A foreign key refers to columns that nothing makes unique.

## What it does
Compares what each foreign key refers to with the primary key, the unique columns, the unique
constraints and the unique indexes of that table. A key to one part of a composite primary key
is such a fault too.

## Why this breaks production
SQLAlchemy maps it. PostgreSQL and SQLite refuse: the migration that should create the key
fails, in the middle of the deployment (a warning).

## Example
```python
class Country(Base):
    __tablename__ = "country"
    id = Column(Integer, primary_key=True)
    code = Column(String)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_code = Column(ForeignKey("country.code"))
```
PostgreSQL: `there is no unique constraint matching given keys for referenced table "country"`

## Use instead
```python
    code = Column(String, unique=True)
```

## Fix safety
There is no automatic fix: the rows that exist may not be unique.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import Scope
from safeguards.scan.interpret.values import truth
from safeguards.scan.project import Column, Constraint, Table
from safeguards.scan.registry import Fault, rule
from safeguards.scan.resolve.build import Resolution


@rule("SG125", "fk-to-non-unique")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find foreign keys to columns that are certainly not unique."""
    indexed = _indexed_elsewhere(resolution)
    for table in resolution.project.tables:
        for constraint in table.constraints:
            target = _target(constraint)
            if target is None or target.place.path in indexed:
                continue
            columns = {key.target for key in constraint.elements if key.target is not None}
            if _is_never_unique(target, columns):
                names = ", ".join(sorted(column.name for column in columns))
                yield Fault(
                    constraint.place,
                    f"the foreign key of {table.label} refers to {target.label}.{names}, which is "
                    "not unique",
                    "warning",
                    help="Refer to the primary key, or make it unique.",
                    related=tuple(
                        sorted(Related(c.place, f"{target.label}.{c.name}") for c in columns)
                    ),
                )


def _target(constraint: Constraint) -> Table | None:
    """The one table that all elements of a constraint refer to, when it is wholly known."""
    tables = {key.target.table if key.target is not None else None for key in constraint.elements}
    table = tables.pop() if len(tables) == 1 else None
    if table is None or table.unsure or table.metadata.open or None in table.uniques:
        return None
    return table


def _is_never_unique(table: Table, columns: set[Column]) -> bool:
    if any(column.made is None or not column.made.complete for column in columns):
        return False
    if any(column.made is not None and column.made.kind != "Column" for column in columns):
        return False  # an annotation or a field may say more
    keys = [frozenset(column for column in table.columns.values() if column.primary_key)]
    keys += [unique for unique in table.uniques if unique is not None]
    keys += [frozenset({c}) for c in table.columns.values() if _may_be_unique(c)]
    return bool(keys[0]) and frozenset(columns) not in keys


def _may_be_unique(column: Column) -> bool:
    given = column.made.kwargs.get("unique") if column.made is not None else None
    return given is not None and truth(given) is not False


def _indexed_elsewhere(resolution: Resolution) -> set[str]:
    """The files with statements, outside of tables, that make indexes or constraints."""
    scopes = {info.module.path: info.module.scope for info in resolution.project.classes}
    return {path for path, scope in scopes.items() if any(map(_makes_index, _values(scope)))}


def _values(scope: Scope) -> Iterator[f.Expr]:
    for call in scope.calls:
        yield call.value
    for bindings in scope.bindings.values():
        for binding in bindings:
            if isinstance(binding.node, f.Bind) and binding.node.value is not None:
                yield binding.node.value


def _makes_index(value: f.Expr) -> bool:
    """Whether a call may be one: it is given `Model.column` or SQL, whatever it is called here."""
    if not isinstance(value, f.Call):
        return False
    return any(
        (isinstance(arg, f.Attr) and arg.attr != "metadata") or _makes_index(arg)
        for arg in value.args
    )
