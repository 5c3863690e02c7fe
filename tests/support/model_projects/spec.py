"""A project of models as plain values, before it is written out as source."""

from __future__ import annotations

import msgspec


class Key(msgspec.Struct, frozen=True):
    """A column of a model; `targets` are what its foreign keys name, such as `t0.id`."""

    name: str
    targets: tuple[str, ...] = ()


class Composite(msgspec.Struct, frozen=True):
    """Two columns that refer to the two primary key columns of `table`, together or each alone."""

    name: str
    table: str
    together: bool


class Relation(msgspec.Struct, frozen=True):
    """A relationship; `arguments` are source texts, `annotation` is empty without `Mapped[…]`."""

    key: str
    target: str
    arguments: dict[str, str]
    annotation: str = ""
    by_name: bool = False


class Model(msgspec.Struct, frozen=True):
    """A class. Without `table` it shares the table of `parent` (single-table inheritance)."""

    name: str
    table: str | None
    primary: tuple[Key, ...]
    parent: str | None = None
    keys: tuple[Key, ...] = ()
    composites: tuple[Composite, ...] = ()
    relations: tuple[Relation, ...] = ()
    mapper_args: str = ""
    mixes: bool = False


class Secondary(msgspec.Struct, frozen=True):
    """An association table."""

    name: str
    columns: tuple[Key, ...]


class Mixin(msgspec.Struct, frozen=True):
    """A mixin that gives each model a key and a relationship, both by `declared_attr`."""

    target: str
    column: str
    arguments: dict[str, str]


class Spec(msgspec.Struct, frozen=True):
    """A project. `modern` uses `Mapped[…]` and `mapped_column`, `spread` a file for each model."""

    models: tuple[Model, ...]
    secondaries: tuple[Secondary, ...] = ()
    mixin: Mixin | None = None
    modern: bool = False
    spread: bool = False
    postponed: bool = False
