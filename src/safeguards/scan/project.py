"""The resolved project: tables, mappers and relationships, as the rules see them.

Built by `resolve/`. What the text does not tell is said so (`open`, `unsure`), never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place
from safeguards.scan.interpret.annotated import Annotated
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Made, Value

MARK = "\0"
"""Encloses what stands in a name for a part that the text does not tell; see `resolve/names`."""


class ForeignKey:
    """One column's reference to another; several of them make a composite `Constraint`.

    `table` and `target` stay None when no table or column of that name is known.
    """

    __slots__ = ("column", "constraint", "place", "spec", "table", "target", "value")

    def __init__(self, column: Column, value: Value, place: Place, constraint: Constraint) -> None:
        self.column = column
        self.value = value
        self.place = place
        self.constraint = constraint
        self.spec = ""
        self.table: Table | None = None
        self.target: Column | None = None

    def leads_nowhere(self) -> bool:
        """Whether its table is known and certainly has no such column."""
        table = self.table
        if table is None or self.target is not None or table.unsure:
            return False
        return self.spec.rpartition(".")[2] not in table.brought


class Constraint:
    """A foreign key constraint; a `ForeignKey` on a column makes one with one element."""

    __slots__ = ("elements", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.elements: list[ForeignKey] = []


class Column:
    """A column of a table. `made` is the call that declared it, None for a bare annotation.

    `annotated` is the call in the `Annotated` type that it is declared with besides.
    """

    __slots__ = (
        "annotated",
        "foreign_keys",
        "made",
        "name",
        "place",
        "primary_key",
        "table",
        "unique",
    )

    def __init__(self, name: str, table: Table, made: Made | None, place: Place) -> None:
        self.name = name
        self.table = table
        self.made = made
        self.annotated: Made | None = None
        self.place = place
        self.primary_key = False
        self.unique = False
        self.foreign_keys: list[ForeignKey] = []


class Metadata:
    """A collection of tables; `open` when some of them may be defined where we cannot look."""

    __slots__ = ("key", "open", "schema", "tables")

    def __init__(self, key: object, schema: str | None, *, is_open: bool = False) -> None:
        self.key = key
        self.schema = schema
        self.open = is_open
        self.tables: dict[tuple[str | None, str], list[Table]] = {}

    def find(self, name: str, schema: str | None = None) -> Table | None:
        """The one table of this name, or None; the default schema applies.

        A schema that the text does not tell may be the default one.
        """
        found = self.tables.get((schema or self.schema, name), [])
        if not found and schema is None:
            found = [
                table
                for (within, known), tables in self.tables.items()
                if known == name and MARK in (within or "")
                for table in tables
            ]
        return found[0] if len(found) == 1 else None

    def spelled(self, name: str, *, default_applies: bool) -> Table | None:
        """The one table that a string argument of a relationship names.

        From SQLAlchemy 2.1 the default schema applies; before, a name is all of the table's name.
        """
        hidden = self.schema is not None and MARK in self.schema
        if default_applies or self.schema is None or hidden:
            found = self.find(name)
            if found is not None or self.schema is None or hidden:
                return found
        found_bare = self.tables.get((None, name), [])
        return found_bare[0] if len(found_bare) == 1 else None


class Table:
    """A table; `name` is None when it is computed, `unsure` says why columns may be missing.

    Bases outside the project may bring the columns `brought`, which hold no keys.

    `uniques` are the sets of columns that a constraint or an index makes unique; None stands
    for one that the text does not tell.
    """

    __slots__ = (
        "brought", "columns", "constraints", "metadata", "name", "place", "schema", "uniques",
        "unsure",
    )  # fmt: skip

    def __init__(
        self, name: str | None, schema: str | None, metadata: Metadata, place: Place
    ) -> None:
        self.name = name
        self.schema = schema
        self.metadata = metadata
        self.place = place
        self.columns: dict[str, Column] = {}
        self.constraints: list[Constraint] = []
        self.brought: frozenset[str] = frozenset()
        self.uniques: list[frozenset[Column] | None] = []
        self.unsure = ""

    @property
    def label(self) -> str:
        """`schema.name`, for people; without a schema that the text does not tell."""
        name = self.name or "?"
        return f"{self.schema}.{name}" if self.schema and MARK not in self.schema else name

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """Every foreign key element of every column."""
        for column in self.columns.values():
            yield from column.foreign_keys


class Registry:
    """Where string names of classes are looked up; `open` when it may hold foreign classes."""

    __slots__ = ("classes", "key", "metadata", "open")

    def __init__(self, key: object, metadata: Metadata, *, is_open: bool = False) -> None:
        self.key = key
        self.metadata = metadata
        self.open = is_open
        self.classes: dict[str, list[Mapper]] = {}

    def named(self, name: str, module: str = "") -> list[Mapper]:
        """The classes of a name, in modules whose path ends in `module`."""
        return [
            mapper
            for mapper in self.classes.get(name, [])
            if not module or f".{mapper.info.module.longest_name}".endswith(f".{module}")
        ]


class Property:
    """A mapped attribute: a column, a relationship, or another kind of property."""

    __slots__ = ("columns", "key", "kind", "place", "relationship")

    def __init__(self, key: str, kind: str, place: Place) -> None:
        self.key = key
        self.kind = kind
        self.place = place
        self.columns: list[Column] = []
        self.relationship: Relationship | None = None


class Mapper:
    """A mapped class; `place` is where it is mapped.

    `unsure` says why it may have attributes that the text does not show, `perhaps` why one whose
    name is known may be a column.
    """

    __slots__ = (
        "arguments", "concrete", "info", "inherits", "perhaps", "place", "properties", "registry",
        "table", "unsure",
    )  # fmt: skip

    def __init__(self, info: ClassInfo, registry: Registry) -> None:
        self.info = info
        self.place = info.place
        self.registry = registry
        self.table: Table | None = None
        self.inherits: Mapper | None = None
        self.concrete = False
        self.properties: dict[str, Property] = {}
        self.arguments: dict[str, Value] = {}
        self.unsure = ""
        self.perhaps = ""

    @property
    def name(self) -> str:
        """The class name."""
        return self.info.name

    @property
    def metadata(self) -> Metadata:
        """Where this class's tables and the names of tables are looked up."""
        return self.table.metadata if self.table is not None else self.registry.metadata

    def line(self) -> Iterator[Mapper]:
        """This mapper and those it inherits from, nearest first."""
        current: Mapper | None = self
        while current is not None:
            yield current
            current = current.inherits

    def find(self, key: str) -> Property | None:
        """The property of this name, inherited ones included."""
        for mapper in self.line():
            if key in mapper.properties:
                return mapper.properties[key]
        return None

    def key_of(self, column: Column) -> str:
        """The attribute name of a column of this class; the column's own name if it has none."""
        for mapper in self.line():
            for key, prop in mapper.properties.items():
                if column in prop.columns:
                    return key
        return column.name

    def is_a(self, other: Mapper) -> bool:
        """Whether this mapper is the other one or inherits from it."""
        return any(mapper is other for mapper in self.line())

    def tables(self) -> list[Table]:
        """The tables that one row of this class is spread over (joined inheritance)."""
        found: list[Table] = []
        for mapper in self.line():
            if mapper.table is not None and mapper.table not in found:
                found.append(mapper.table)
            if mapper.concrete:
                break
        return found

    def why_unmapped(self) -> str:
        """Why attributes may be missing here, or an empty string."""
        return next((m.unsure for m in self.line() if m.unsure), "")

    def why_more(self) -> str:
        """Why there may be attributes or columns under other names than those that are known."""
        reasons = (m.unsure or (m.table.unsure if m.table else "") for m in self.line())
        return next((reason for reason in reasons if reason), "")

    def why_unsure(self) -> str:
        """Why attributes or columns may be missing here, or an empty string."""
        return self.why_more() or next((m.perhaps for m in self.line() if m.perhaps), "")


class Relationship:
    """A relationship with its arguments as values; `made` is the call, None for a backref.

    Exactly one of `target`, `missing` (a name that nothing defines) and `unsure` (why the
    target is not known) is set after resolution.
    """

    __slots__ = (
        "annotation", "arguments", "is_backref", "key", "made", "mapper", "missing", "place",
        "secondary", "secondary_unsure", "target", "unsure",
    )  # fmt: skip

    def __init__(self, key: str, mapper: Mapper, place: Place) -> None:
        self.key = key
        self.mapper = mapper
        self.place = place
        self.arguments: dict[str, Value] = {}
        self.annotation = Annotated()
        self.made: Made | None = None
        self.is_backref = False
        self.target: Mapper | None = None
        self.missing = ""
        self.unsure = ""
        self.secondary: Table | None = None
        self.secondary_unsure = ""

    @property
    def label(self) -> str:
        """`Model.attribute`, as SQLAlchemy writes it."""
        return f"{self.mapper.name}.{self.key}"


class Project:
    """Everything that one scan resolved."""

    __slots__ = ("classes", "mappers", "relationships", "tables", "undecided")

    def __init__(self) -> None:
        self.classes: list[ClassInfo] = []
        self.mappers: list[Mapper] = []
        self.tables: list[Table] = []
        self.relationships: list[Relationship] = []
        self.undecided: list[tuple[Place, str]] = []
