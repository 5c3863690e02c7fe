"""A relationship names a class by a name that several mapped classes of its base have.

## What it does
Looks up the names in relationships — targets, annotations that are strings, and the strings in
`foreign_keys`, `primaryjoin` and their like — in the classes of the same declarative base. A
name that two modules define is an error where some module imports both; where none does, it
is a warning. A path with the module (`"billing.models.Account"`) is not ambiguous.

## Why this breaks production
SQLAlchemy refuses to choose. `configure_mappers()` raises at the first query, and every request
that touches the database answers 500. It often starts with a class copied into another module:
the file that breaks is not the file that changed.

## Example
```python
class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)


class Crm:
    class Account(Base):
        __tablename__ = "crm_account"
        id = Column(Integer, primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))
    account = relationship("Account")
```
`InvalidRequestError: Multiple classes found for path "Account" in the registry of this
declarative base. Please use a fully module-qualified path.`

## Use instead
```python
    account = relationship(Account)
```
Across modules, the path: `relationship("billing.models.Account")`. Or rename one of the classes.

## Fix safety
Safe where the target is a string and a foreign key joins exactly one of the classes: the path of
its module is written before the name. Otherwise only the author knows which class is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.scan.fixes.choose import joinable
from safeguards.scan.fixes.intents import Rename
from safeguards.scan.interpret.values import text
from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.duplicates import Duplicate


@rule("SG106", "duplicate-class-name")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Find relationships that name several classes at once."""
    for found in resolution.project.relationships:
        duplicate = resolution.duplicates.of(found)
        if duplicate is not None:
            yield _fault(resolution, found, duplicate)


def _fault(resolution: Resolution, found: Relationship, duplicate: Duplicate) -> Fault:
    paths = sorted(f"{mapper.info.module.name}.{mapper.name}" for mapper in duplicate.mappers)
    when = "" if duplicate.together else " as soon as both are imported"
    return relationship_fault(
        found,
        f"{found.label} refers to {duplicate.name}, but {len(paths)} classes of the same base "
        f"have that name{when}: {', '.join(paths)}",
        severity="error" if duplicate.together else "warning",
        help_text=_help(paths),
        related=tuple(
            Related(mapper.place, f"class {mapper.name}") for mapper in duplicate.mappers
        ),
        fix=_fix(resolution, found, duplicate),
    )


def _fix(resolution: Resolution, found: Relationship, duplicate: Duplicate) -> Rename | None:
    """The shortest path to the one class that the relationship can be joined to."""
    if text(found.arguments.get("argument")) != duplicate.name:
        return None
    meant = joinable(resolution, found, duplicate.mappers)
    if len(meant) != 1:
        return None
    name, parts = meant[0].name, meant[0].info.module.name.split(".")
    for length in range(1, len(parts) + 1):
        path = ".".join(parts[-length:])
        if found.mapper.registry.named(name, path) == meant:
            return Rename(found.place, "argument", duplicate.name, f"{path}.{name}")
    return None


def _help(paths: list[str]) -> str:
    if len(set(paths)) < len(paths):
        return "Pass the class itself, or rename one of the classes."
    return f'Write the whole path, such as "{paths[0]}", or rename one of the classes.'
