"""Tables, columns and foreign keys, from `Table(…)` calls and from declared columns."""

from __future__ import annotations

from safeguards.findings import Place
from safeguards.scan.interpret.scopes import ClassInfo, Function
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Member,
    Operation,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
    truth,
)
from safeguards.scan.project import Column, Constraint, ForeignKey, Metadata, Table
from safeguards.scan.resolve.registries import Registries

COLUMN_KINDS = frozenset({"Column", "mapped_column", "MappedColumn"})
_UNIQUES = frozenset({"Index", "UniqueConstraint"})


class Tables:
    """Makes each table once and remembers which column each `Column(…)` call became."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self.names = registries.names
        self._made: dict[Made, Table] = {}
        self._columns: dict[Made, list[Column]] = {}
        self.all: list[Table] = []

    def of_made(self, made: Made) -> Table:
        """The table of a `Table(…)` call."""
        if made not in self._made:
            self._made[made] = self._build(made)
        return self._made[made]

    def _build(self, made: Made) -> Table:
        args = list(made.args)
        name = text(args.pop(0)) if args else text(made.kwargs.get("name"))
        metadata = self._table_metadata(made, args)
        schema = self.names.spelled(made.kwargs.get("schema"))
        table = self.create(name, schema, metadata, made.place)
        if not made.complete:
            table.unsure = "some of its columns are passed by * or **"
        if any(key.startswith("autoload") for key in made.kwargs):
            table.unsure = "its columns are reflected from the database"
        for item in sorted(args, key=_is_constraint):
            self.add_item(table, item)
        return table

    def _table_metadata(self, made: Made, args: list[Value]) -> Metadata:
        if made.receiver is not None and not (args and _may_be_metadata(args[0])):
            default = self._registries.metadata(Member(made.receiver, "metadata", made.place))
            return self._registries.bound(default, text(made.kwargs.get("bind_key")))
        if args and _may_be_metadata(args[0]):
            return self._registries.metadata(args.pop(0))
        if "metadata" not in made.kwargs and made.symbol.endswith(".db.Table"):
            name = made.symbol.removesuffix("Table") + "Model"
            return self._registries.foreign(name, "flask").registry.metadata
        return self._registries.metadata(made.kwargs.get("metadata"))

    def create(
        self, name: str | None, schema: str | None, metadata: Metadata, place: Place
    ) -> Table:
        """A new table, entered into its metadata under its name."""
        table = Table(name, schema or metadata.schema, metadata, place)
        if name is not None:
            metadata.tables.setdefault((table.schema, name), []).append(table)
        self.all.append(table)
        return table

    def add_item(self, table: Table, item: Value) -> None:
        """Add a column or constraint that stands in a table's argument list."""
        if isinstance(item, Made) and item.kind in COLUMN_KINDS:
            name = _column_name(item)
            if name is None:
                table.unsure = table.unsure or "a column has no name that the text tells"
            else:
                self.add_column(table, name, item, item.place)
        elif isinstance(item, Made) and item.kind == "ForeignKeyConstraint":
            self._add_constraint(table, item)
        elif isinstance(item, Made) and item.kind == "PrimaryKeyConstraint":
            self._add_primary_key(table, item)
        elif isinstance(item, Made) and item.symbol.rsplit(".", 1)[-1] in _UNIQUES:
            self._add_unique(table, item)
        elif isinstance(item, Unknown | Function | Member):
            table.unsure = table.unsure or "some of its columns are computed"

    def add_args(self, table: Table, value: Value | None) -> None:
        """Add what `__table_args__` holds."""
        if value is None or isinstance(value, Mapping | Literal):
            return
        if not isinstance(value, Sequence):
            table.unsure = table.unsure or "its __table_args__ are computed"
            return
        if not value.complete:
            table.unsure = table.unsure or "its __table_args__ are partly computed"
        for item in value.items:
            self.add_item(table, item)

    def add_column(self, table: Table, name: str, made: Made | None, place: Place) -> Column:
        """Add a column; its `ForeignKey` arguments become constraints of one element each."""
        key = text(made.kwargs.get("key")) if made is not None else None
        column = Column(key or name, table, made, place)
        table.columns[column.name] = column
        if made is not None:
            self._columns.setdefault(made, []).append(column)
            self._read_arguments(column, made)
        return column

    def _read_arguments(self, column: Column, made: Made) -> None:
        column.primary_key = truth(made.kwargs.get("primary_key")) is True
        column.unique = truth(made.kwargs.get("unique")) is True
        if not made.complete:
            column.table.unsure = column.table.unsure or f"column {column.name} hides arguments"
        for item in made.args:
            if isinstance(item, Made) and item.kind == "ForeignKey":
                self.add_foreign_key(column, item, None)
            elif isinstance(item, Unknown | Operation):
                reason = f"column {column.name} has an argument that is not known"
                column.table.unsure = column.table.unsure or reason

    def add_foreign_key(
        self, column: Column, value: Value, constraint: Constraint | None
    ) -> ForeignKey:
        """Add a reference: a `ForeignKey(…)` call, or one target within `constraint`."""
        place = value.place if isinstance(value, Made | Literal | Member) else column.place
        if constraint is None:
            constraint = Constraint(place)
            column.table.constraints.append(constraint)
        key = ForeignKey(column, value, place, constraint)
        constraint.elements.append(key)
        column.foreign_keys.append(key)
        return key

    def _add_constraint(self, table: Table, made: Made) -> None:
        local = made.args[0] if made.args else made.kwargs.get("columns")
        remote = made.args[1] if len(made.args) > 1 else made.kwargs.get("refcolumns")
        if not isinstance(local, Sequence) or not isinstance(remote, Sequence):
            table.unsure = table.unsure or "a foreign key constraint is computed"
            return
        if len(local.items) != len(remote.items) or not (local.complete and remote.complete):
            table.unsure = table.unsure or "a foreign key constraint is partly computed"
            return
        constraint = Constraint(made.place)
        table.constraints.append(constraint)
        for own, target in zip(local.items, remote.items, strict=True):
            column = self._own_column(table, own)
            if column is None:
                table.unsure = table.unsure or "a foreign key constraint names an unknown column"
                continue
            key = self.add_foreign_key(column, target, constraint)
            key.place = made.place

    def _add_primary_key(self, table: Table, made: Made) -> None:
        for item in made.args:
            column = self._own_column(table, item)
            if column is None:
                table.unsure = table.unsure or "its primary key names an unknown column"
            else:
                column.primary_key = True

    def _add_unique(self, table: Table, made: Made) -> None:
        given = made.args
        if made.symbol.endswith("Index"):
            given = made.args[1:]
            if truth(made.kwargs.get("unique", Literal(False, made.place))) is False:
                return
        columns = [self._own_column(table, item) for item in given]
        known = [column for column in columns if column is not None]
        complete = made.complete and len(known) == len(columns)
        table.uniques.append(frozenset(known) if complete else None)

    def _own_column(self, table: Table, value: Value) -> Column | None:
        if isinstance(value, Made):
            return next((c for c in self.columns_of(value) if c.table is table), None)
        name = text(value)
        return table.columns.get(name) if name is not None else None

    def columns_of(self, made: Made) -> list[Column]:
        """The columns that one `Column(…)` call became (one for each class using a mixin)."""
        return self._columns.get(made, [])

    def bound(self, metadata: Metadata, bind: str | None) -> Metadata:
        """The metadata of a bind key of Flask-SQLAlchemy."""
        return self._registries.bound(metadata, bind)

    def value_of(self, table: Table | None) -> Made | None:
        """The `Table(…)` call behind a table, or None for a declared class's table."""
        return next((made for made, known in self._made.items() if known is table), None)


def _may_be_metadata(value: Value) -> bool:
    if isinstance(value, Made):
        return value.kind == "MetaData"
    if isinstance(value, Member):
        return value.name == "metadata"
    return isinstance(value, Symbol | Unknown | ClassInfo)


def _is_constraint(value: Value) -> bool:
    return isinstance(value, Made) and (
        value.kind in {"ForeignKeyConstraint", "PrimaryKeyConstraint"}
        or value.symbol.rsplit(".", 1)[-1] in _UNIQUES
    )


def _column_name(made: Made) -> str | None:
    if made.args and text(made.args[0]) is not None:
        return text(made.args[0])
    return text(made.kwargs.get("name"))
