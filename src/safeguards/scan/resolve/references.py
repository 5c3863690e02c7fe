"""Values that name columns, tables and classes → the things themselves."""

from __future__ import annotations

from safeguards.scan import facts as f
from safeguards.scan.interpret import annotated
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Function, Scope
from safeguards.scan.interpret.symbols import KNOWN
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Member,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
)
from safeguards.scan.project import Column, ForeignKey, Mapper, Metadata, Registry, Table
from safeguards.scan.resolve.mappers import Mappers
from safeguards.scan.resolve.tables import Tables
from safeguards.scan.settings import SQLAlchemyVersion

_TABLE_COLUMNS = frozenset({"c", "columns"})


class References:
    """Looks up what values and strings refer to, in the context of a mapper."""

    def __init__(
        self,
        evaluator: Evaluator,
        mappers: Mappers,
        tables: Tables,
        version: SQLAlchemyVersion = "2.1",
    ) -> None:
        self._evaluator = evaluator
        self._default_schema_applies = version not in {"1.4", "2.0"}
        self._mappers = mappers
        self._tables = tables

    # foreign keys

    def link(self, key: ForeignKey) -> None:
        """Resolve a foreign key's target, or mark its table unsure when the text hides it."""
        value = key.value
        spec = value
        if isinstance(value, Made) and value.kind == "ForeignKey":
            named = value.kwargs.get("column", Unknown("no target"))
            spec = value.args[0] if value.args else named
        name = text(spec)
        if name is not None:
            self._link_by_name(key, name)
            return
        column = self.column(spec, None) or self._column_by_marked_name(key, spec)
        if column is None:
            table = key.column.table
            table.unsure = table.unsure or f"the foreign key of {key.column.name} is computed"
            return
        key.spec = f"{column.table.label}.{column.name}"
        key.table, key.target = column.table, column

    def _link_by_name(self, key: ForeignKey, name: str) -> None:
        key.spec = name
        key.table, column_name = self._named(key, name)
        if key.table is not None:
            key.target = key.table.columns.get(column_name)

    def _column_by_marked_name(self, key: ForeignKey, spec: Value) -> Column | None:
        name = self._tables.names.spelled(spec)
        table, column_name = self._named(key, name) if name is not None else (None, "")
        return table.columns.get(column_name) if table is not None else None

    def _named(self, key: ForeignKey, name: str) -> tuple[Table | None, str]:
        """The table that a foreign key names, and the name of its column."""
        parts = name.split(".")
        column_name = parts.pop() if len(parts) > 1 else key.column.name
        schema = ".".join(parts[:-1]) or None
        return key.column.table.metadata.find(parts[-1], schema), column_name

    # columns

    def column(self, value: Value, mapper: Mapper | None) -> Column | None:
        """The column that a value names; `mapper` tells which copy of a mixin's column."""
        if isinstance(value, Made):
            if value.kind in {"foreign", "remote"} and value.args:
                return self.column(value.args[0], mapper)
            copies = self._tables.columns_of(value)
            if len(copies) == 1 or (copies and mapper is None):
                return copies[0]
            own = mapper.tables() if mapper is not None else []
            return next((c for c in copies if c.table in own), None)
        if isinstance(value, Member):
            return self._member_column(value)
        return None

    def _member_column(self, value: Member) -> Column | None:
        owner = value.owner
        if isinstance(owner, ClassInfo):
            mapped = self._mappers.of(owner)
            prop = mapped.find(value.name) if mapped is not None else None
            return prop.columns[0] if prop is not None and prop.columns else None
        if isinstance(owner, Member) and owner.name in _TABLE_COLUMNS:
            table = self.table(owner.owner)
            return table.columns.get(value.name) if table is not None else None
        return None

    def columns(self, value: Value, mapper: Mapper) -> list[Column] | None:
        """The columns that an argument lists; None when the text does not tell all of them."""
        value = self.unwrapped(value, mapper)
        if isinstance(value, Sequence):
            if not value.complete:
                return None
            found = [self.column(item, mapper) for item in value.items]
            known = [column for column in found if column is not None]
            return known if len(known) == len(found) else None
        column = self.column(value, mapper)
        return None if column is None else [column]

    # tables

    def tables(self) -> list[Table]:
        """Every table met so far."""
        return self._tables.all

    def made(self, table: Table) -> Made | None:
        """The `Table(…)` call that made a table, or None for a class's own table."""
        return self._tables.value_of(table)

    def table(self, value: Value | None) -> Table | None:
        """The table that a value is."""
        if isinstance(value, Made) and value.kind == "Table":
            return self._tables.of_made(value)
        if isinstance(value, ClassInfo):
            mapped = self._mappers.of(value)
            return mapped.table if mapped is not None else None
        if isinstance(value, Member) and value.name == "__table__":
            return self.table(value.owner)
        return None

    # strings and lambdas

    def unwrapped(self, value: Value, mapper: Mapper) -> Value:
        """The value behind a lambda, or behind a string that SQLAlchemy would evaluate."""
        if isinstance(value, Function):
            return self._evaluator.call(value, [], {})
        if isinstance(value, Literal) and isinstance(value.value, str):
            return self.evaluated(value, mapper)
        return value

    def evaluated(self, literal: Literal, mapper: Mapper) -> Value:
        """A string argument, evaluated in the registry's namespace as SQLAlchemy does."""
        place = literal.place
        expr = annotated.parse(str(literal.value), place.line, place.column)
        if expr is None:
            return Unknown("a string that is no expression")
        scope = Scope(mapper.info.module, None, "module")
        expr = self._folded(expr, mapper, scope)
        for name in names_in(expr):
            value = self._registry_value(name, mapper)
            if value is not None and name not in scope.bindings:
                scope.bindings[name] = [Binding(None, scope, value=value)]
        return self._evaluator.value(expr, scope)

    def _folded(self, expr: f.Expr, mapper: Mapper, scope: Scope) -> f.Expr:
        """The expression with each class named by its module path as one name."""
        if isinstance(expr, f.Attr):
            found = self._class_at(spelled(expr), mapper)
            if found is not None:
                name = spelled(expr)
                scope.bindings[name] = [Binding(None, scope, value=found)]
                return f.Name(expr.line, expr.column, name)
            inner = self._folded(expr.value, mapper, scope)
            return f.Attr(expr.line, expr.column, inner, expr.attr)
        if isinstance(expr, f.Items):
            items = tuple(self._folded(item, mapper, scope) for item in expr.items)
            return f.Items(expr.line, expr.column, items)
        if isinstance(expr, f.Operation):
            operands = tuple(self._folded(each, mapper, scope) for each in expr.operands)
            return f.Operation(expr.line, expr.column, expr.op, operands)
        if isinstance(expr, f.Call):
            args = tuple(self._folded(each, mapper, scope) for each in expr.args)
            return f.Call(expr.line, expr.column, expr.func, args, expr.keywords, expr.end_line)
        return expr

    def _class_at(self, path: str, mapper: Mapper) -> ClassInfo | None:
        head, _, last = path.rpartition(".")
        found = mapper.registry.named(last, head) if head else []
        return found[0].info if len(found) == 1 else None

    def unknown_names(self, literal: Literal, mapper: Mapper) -> list[str]:
        """The names in a string argument that SQLAlchemy would fail to locate."""
        place = literal.place
        expr = annotated.parse(str(literal.value), place.line, place.column)
        if expr is None or mapper.registry.open or mapper.metadata.open:
            return []
        names = [name for name in names_in(expr) if self._registry_value(name, mapper) is None]
        return names or list(filter(None, (self._astray(p, mapper) for p in paths_in(expr))))

    def _astray(self, path: str, mapper: Mapper) -> str:
        """The part of a dotted name that starts at a module and then leads to no class."""
        parts = path.split(".")
        if mapper.registry.classes.get(parts[0]) or not self.is_module_token(
            parts[0], mapper.registry
        ):
            return ""
        if self.table_named(parts[0], mapper.metadata) or any(
            s == parts[0] for s, _ in mapper.metadata.tables
        ):
            return ""
        modules = [
            f".{each.info.module.longest_name}."
            for mappers in mapper.registry.classes.values()
            for each in mappers
        ]
        for end in range(1, len(parts)):
            head = ".".join(parts[:end])
            if mapper.registry.named(parts[end], head):
                return ""
            if not any(f".{head}.{parts[end]}." in module for module in modules):
                return f"{head}.{parts[end]}"
        return ""

    def _registry_value(self, name: str, mapper: Mapper) -> Value | None:
        found = mapper.registry.classes.get(name)
        if found:
            return found[0].info if len(found) == 1 else Unknown(f"several classes named {name}")
        metadata = mapper.metadata
        table = self.table_named(name, metadata)
        if table is not None:
            return self._tables.value_of(table) or Unknown(f"table {name}")
        if any(schema == name for schema, _ in metadata.tables):
            return Unknown(f"schema {name}")
        if self.is_module_token(name, mapper.registry):
            return Unknown(f"module {name}")
        if name in KNOWN or name in _SQLALCHEMY_FUNCTIONS:
            return Symbol(f"sqlalchemy.{name}")
        return None

    def table_named(self, name: str, metadata: Metadata) -> Table | None:
        """The table that a name without a schema means in a string argument."""
        return metadata.spelled(name, default_applies=self._default_schema_applies)

    def is_module_token(self, name: str, registry: Registry) -> bool:
        """Whether a name is part of the module path of some class in the registry."""
        return any(
            name in mapper.info.module.longest_name.split(".")
            for mappers in registry.classes.values()
            for mapper in mappers
        )


_SQLALCHEMY_FUNCTIONS = frozenset({
    "Boolean", "Date", "DateTime", "Float", "Integer", "Numeric", "String", "Text", "all_", "any_",
    "asc", "between", "bindparam", "case", "cast", "collate", "column", "delete", "distinct",
    "except_", "exists", "extract", "false", "insert", "intersect", "lateral", "literal",
    "literal_column", "not_", "null", "nullsfirst", "nullslast", "outerjoin", "over", "select",
    "subquery", "table", "text", "true", "tuple_", "type_coerce", "union", "union_all", "update",
    "values", "within_group", "True", "False", "None", "int", "str", "list", "set", "dict", "tuple",
    "len", "min", "max", "sum", "any", "all", "sorted", "type", "object", "map", "filter", "zip",
})  # fmt: skip


def names_in(expr: f.Expr) -> list[str]:
    """The bare names in an expression, each once, in order."""
    found: list[str] = []
    pending: list[f.Expr] = [expr]
    while pending:
        node = pending.pop(0)
        if isinstance(node, f.Name) and node.id not in found:
            found.append(node.id)
        pending[:0] = _children(node)
    return found


def paths_in(expr: f.Expr) -> list[str]:
    """The dotted names in an expression, each once and in full, in order."""
    found: list[str] = []
    pending: list[f.Expr] = [expr]
    while pending:
        node = pending.pop(0)
        path = spelled(node) if isinstance(node, f.Attr) else ""
        if path and path not in found:
            found.append(path)
        pending[:0] = [] if path else _children(node)
    return found


def _children(node: f.Expr) -> list[f.Expr]:
    if isinstance(node, f.Attr | f.Star):
        return [node.value]
    if isinstance(node, f.Call):
        return [node.func, *node.args, *(k.value for k in node.keywords)]
    if isinstance(node, f.Items):
        return list(node.items)
    if isinstance(node, f.Operation):
        return list(node.operands)
    if isinstance(node, f.Subscript):
        return [node.value, node.index]
    return []


def spelled(expr: f.Expr) -> str:
    """`a.b.c` as written; empty for anything else."""
    if isinstance(expr, f.Name):
        return expr.id
    if isinstance(expr, f.Attr):
        head = spelled(expr.value)
        return f"{head}.{expr.attr}" if head else ""
    return ""
