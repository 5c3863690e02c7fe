"""Mapped classes → mappers with tables, columns and the relationships they declare."""

from __future__ import annotations

import re
import sys

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import annotated
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import called_name
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Sequence,
    Unknown,
    Value,
    text,
    truth,
)
from safeguards.scan.project import Mapper, Property, Relationship, Table
from safeguards.scan.resolve import fields
from safeguards.scan.resolve.arguments import RELATIONSHIP_KINDS, relationship_arguments
from safeguards.scan.resolve.attributes import Attributes, Declared
from safeguards.scan.resolve.lineage import Lineages
from safeguards.scan.resolve.registries import Root
from safeguards.scan.resolve.tables import COLUMN_KINDS, Tables

_WRAPPERS = frozenset({"deferred", "column_property"})
_OTHER_PROPERTIES = frozenset({"column_property", "composite", "query_expression", "synonym"})
_HARMLESS = (sys.stdlib_module_names - {"copy", "dataclasses", "importlib"}) | {
    "flask_sqlalchemy", "pydantic", "sqlalchemy", "sqlmodel", "typing_extensions",
}  # fmt: skip
"""Packages whose functions make nothing that is mapped, beside what is known by its name."""


_PLAIN_CALLS = frozenset({"getboolean", "getenv", "getfloat", "getint"})
"""Functions of `configparser` and `os`, and of whatever is made after them."""


class Mappers:
    """Builds the mapper of each mapped class, its parent's first."""

    def __init__(
        self, evaluator: Evaluator, lineages: Lineages, attributes: Attributes, tables: Tables
    ) -> None:
        self._evaluator = evaluator
        self._lineages = lineages
        self._attributes = attributes
        self._tables = tables
        self._known: dict[ClassInfo, Mapper | None] = {}
        self.relationships: list[Relationship] = []

    def of(self, info: ClassInfo) -> Mapper | None:
        """The mapper of a class, or None when the class is not mapped."""
        if info not in self._known:
            self._known[info] = None
            root = self._lineages.mapped_root(info)
            if root is not None:
                self._known[info] = self._build(info, root)
        return self._known[info]

    def _build(self, info: ClassInfo, root: Root) -> Mapper:
        mapper = Mapper(info, root.registry)
        self._known[info] = mapper
        root.registry.classes.setdefault(info.name, []).append(mapper)
        lineage = self._lineages.of(info)
        mapper.inherits = self._parent(mapper, lineage.order[1:])
        if lineage.foreign:
            mapper.unsure = f"{info.name} inherits from {lineage.foreign[0]}, which is not here"
        arguments = self._attributes.directive(info, "__mapper_args__")
        if isinstance(arguments, Mapping):
            mapper.arguments = arguments.items
            mapper.concrete = truth(arguments.items.get("concrete")) is True
        elif arguments is not None:
            mapper.unsure = mapper.unsure or f"the __mapper_args__ of {info.name} are computed"
            mapper.arguments = {"?": Unknown("computed")}
        declared = self._attributes.of(info)
        mapper.table = self._table(mapper, root, declared)
        if mapper.table is not None:
            mapper.table.brought |= lineage.brought
        for item in declared.values():
            self._add(mapper, root, item)
        if "properties" in mapper.arguments:
            self._given_properties(mapper, mapper.arguments["properties"], info.place)
        if mapper.table is not None and self._owns_table(mapper):
            self._tables.add_args(mapper.table, self._attributes.directive(info, "__table_args__"))
        return mapper

    def _parent(self, mapper: Mapper, ancestors: list[ClassInfo]) -> Mapper | None:
        """The nearest mapped ancestor; never one that inherits from the class in turn."""
        found = (self.of(ancestor) for ancestor in ancestors)
        return next((p for p in found if p is not None and mapper not in p.line()), None)

    def imperative(self, made: Made) -> Mapper | None:
        """The mapper of a `map_imperatively(cls, table, properties={…})` call."""
        info = made.args[0]
        if not isinstance(info, ClassInfo) or self._known.get(info) is not None:
            return None
        owner = made.receiver if made.receiver is not None else made
        mapper = Mapper(info, self._lineages.registry_of(owner))
        mapper.place = made.place
        self._known[info] = mapper
        mapper.registry.classes.setdefault(info.name, []).append(mapper)
        mapper.inherits = self._parent(mapper, self._lineages.of(info).order[1:])
        mapper.arguments = {k: v for k, v in made.kwargs.items() if k != "properties"}
        table = made.args[1] if len(made.args) > 1 else made.kwargs.get("local_table")
        if isinstance(table, Made) and table.kind == "Table":
            mapper.table = self._map_whole_table(mapper, table)
            mapper.registry.metadata = mapper.table.metadata
        elif table is not None:
            mapper.unsure = f"{info.name} is mapped to a table that is not known"
        else:
            mapper.table = mapper.inherits.table if mapper.inherits else None
        if "properties" in made.kwargs:
            self._given_properties(mapper, made.kwargs["properties"], made.place)
        return mapper

    def _given_properties(self, mapper: Mapper, given: Value, place: Place) -> None:
        """What the `properties` of a mapper hold, besides what its class declares."""
        if not isinstance(given, Mapping) or not given.complete:
            mapper.unsure = mapper.unsure or f"the properties of {mapper.name} are computed"
        for key, value in given.items.items() if isinstance(given, Mapping) else ():
            if isinstance(value, Made) and value.kind in RELATIONSHIP_KINDS:
                item = Declared(key, value, None, mapper.info.scope, value.place)
                self._add_relationship(mapper, item, value)
            else:
                mapper.properties[key] = Property(key, "other", place)

    def all(self) -> list[Mapper]:
        """Every mapper built so far."""
        return [mapper for mapper in self._known.values() if mapper is not None]

    def _owns_table(self, mapper: Mapper) -> bool:
        return mapper.inherits is None or mapper.table is not mapper.inherits.table

    # tables

    def _table(self, mapper: Mapper, root: Root, declared: dict[str, Declared]) -> Table | None:
        info = mapper.info
        given = self._attributes.directive(info, "__table__")
        if isinstance(given, Made) and given.kind == "Table":
            return self._map_whole_table(mapper, given)
        name = self._attributes.directive(info, "__tablename__")
        bind = self._attributes.directive(info, "__bind_key__") if root.style == "flask" else None
        metadata = self._tables.bound(root.registry.metadata, text(bind))
        if given is not None or (name is not None and not isinstance(name, Literal)):
            table = self._tables.create(None, None, metadata, info.place)
            if given is not None:
                table.unsure = f"the __table__ of {info.name} is computed"
            return table
        schema = self._schema(self._attributes.directive(info, "__table_args__"))
        known = text(name)
        if known is None and name is None:
            known = self._automatic_name(mapper, root, declared)
        if known is None:
            return mapper.inherits.table if mapper.inherits is not None else None
        parent = mapper.inherits.table if mapper.inherits is not None else None
        if parent is not None and parent.metadata is metadata:
            same = (parent.name, parent.schema) == (known, schema)
            if same and self._adds_nothing(info, declared):
                return parent
        return self._tables.create(known, schema, metadata, info.place)

    def _adds_nothing(self, info: ClassInfo, declared: dict[str, Declared]) -> bool:
        """Whether `Table()` gets nothing but a name: it then gives the one of that name back."""
        args = self._attributes.directive(info, "__table_args__")
        options = args.items[-1] if isinstance(args, Sequence) and len(args.items) == 1 else args
        return (options is None or isinstance(options, Mapping)) and all(
            isinstance(item.value, Made) and item.value.kind in RELATIONSHIP_KINDS
            for item in declared.values()
        )

    def _map_whole_table(self, mapper: Mapper, made: Made) -> Table:
        table = self._tables.of_made(made)
        for column in table.columns.values():
            key = column.name
            prop = Property(key, "column", column.place)
            prop.columns.append(column)
            mapper.properties[key] = prop
        return table

    def _automatic_name(
        self, mapper: Mapper, root: Root, declared: dict[str, Declared]
    ) -> str | None:
        if root.style == "sqlmodel":
            return mapper.name.lower()
        if root.style != "flask":
            return None
        if mapper.inherits is not None and not any(_is_primary(d.value) for d in declared.values()):
            return None
        return _snake(mapper.name)

    def _schema(self, args: Value | None) -> str | None:
        if isinstance(args, Sequence) and args.items:
            args = args.items[-1]
        given = args.items.get("schema") if isinstance(args, Mapping) else None
        return self._tables.names.spelled(given)

    # attributes

    def _add(self, mapper: Mapper, root: Root, item: Declared) -> None:
        value = item.value
        if isinstance(value, Made) and value.kind in _WRAPPERS and value.args:
            inner = value.args[0]
            if isinstance(inner, Made) and inner.kind in COLUMN_KINDS:
                value = inner
        if isinstance(value, Made) and value.kind in RELATIONSHIP_KINDS:
            self._add_relationship(mapper, item, value)
        elif isinstance(value, Made) and value.kind in COLUMN_KINDS:
            self._add_column(mapper, item, value)
        elif root.style == "sqlmodel" and item.annotation is not None:
            if mapper.table is not None and not fields.is_class_var(item.annotation):
                mapper.properties[item.name] = fields.read(item, mapper.table, self._tables)
        elif value is None:
            self._add_bare(mapper, item)
        elif isinstance(value, Made) and value.kind in _OTHER_PROPERTIES:
            mapper.properties[item.name] = Property(item.name, "other", item.place)
        elif _may_be_mapped(value) and not _gives_plain_value(item):
            mapper.properties[item.name] = Property(item.name, "unknown", item.place)
            reason = f"{mapper.name}.{item.name} is made in a way that the text does not tell"
            mapper.perhaps = mapper.perhaps or reason

    def _add_relationship(self, mapper: Mapper, item: Declared, value: Made) -> None:
        place = value.place if _inside(value.place, item) else item.place
        found = Relationship(item.name, mapper, place)
        found.made = value
        found.arguments = relationship_arguments(value)
        if not value.complete:
            found.arguments["?"] = Unknown("some arguments are passed by * or **")
        annotation = annotated.read(item.annotation, item.scope, self._evaluator)
        found.annotation = annotation
        prop = Property(item.name, "relationship", place)
        prop.relationship = found
        mapper.properties[item.name] = prop
        self.relationships.append(found)

    def _add_column(self, mapper: Mapper, item: Declared, value: Made) -> None:
        prop = Property(item.name, "column", item.place)
        mapper.properties[item.name] = prop
        if mapper.table is None:
            return
        same = [c for c in self._tables.columns_of(value) if c.table is mapper.table]
        if same:  # a column of `__table__` under a name of its own
            prop.columns.append(same[0])
            return
        named = text(value.args[0]) if value.args else text(value.kwargs.get("name"))
        existing = mapper.table.columns.get(named or item.name)
        if existing is not None and not self._owns_table(mapper):
            prop.columns.append(existing)
            return
        column = self._tables.add_column(mapper.table, named or item.name, value, value.place)
        prop.columns.append(column)
        annotation = annotated.read(item.annotation, item.scope, self._evaluator)
        extra = annotated.column_of(annotation.made)
        if extra is not None:
            self._merge(prop, extra)

    def _merge(self, prop: Property, extra: Made) -> None:
        column = prop.columns[0]
        column.annotated = extra
        column.primary_key = column.primary_key or truth(extra.kwargs.get("primary_key")) is True
        if not column.foreign_keys:
            for argument in extra.args:
                if isinstance(argument, Made) and argument.kind == "ForeignKey":
                    self._tables.add_foreign_key(column, argument, None)

    def _add_bare(self, mapper: Mapper, item: Declared) -> None:
        annotation = annotated.read(item.annotation, item.scope, self._evaluator)
        if not annotation.is_mapped or mapper.table is None:
            return
        prop = Property(item.name, "column", item.place)
        mapper.properties[item.name] = prop
        made = annotated.column_of(annotation.made)
        prop.columns.append(self._tables.add_column(mapper.table, item.name, made, item.place))


def _inside(place: Place, item: Declared) -> bool:
    """Whether a call is written in the class that declares it, not in a helper elsewhere."""
    origin = item.origin
    if origin is None:
        return True
    return place.path == origin.place.path and (
        origin.node.line <= place.line <= origin.node.end_line
    )


def _may_be_mapped(value: Value) -> bool:
    """Whether an attribute that is no known SQLAlchemy construct may still turn out as one."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Made):
        package = value.symbol.split(".", 1)[0]
        return value.info is None and package not in _HARMLESS
    return False


def _gives_plain_value(item: Declared) -> bool:
    """Whether what is called is named after the plain value that it gives."""
    bindings = item.origin.scope.bindings.get(item.name, []) if item.origin is not None else []
    node = bindings[-1].node if bindings else None
    call = node.value if isinstance(node, f.Bind) else None
    return isinstance(call, f.Call) and called_name(call.func) in _PLAIN_CALLS


def _is_primary(value: Value | None) -> bool:
    return isinstance(value, Made) and truth(value.kwargs.get("primary_key")) is True


def _snake(name: str) -> str:
    """A table name as Flask-SQLAlchemy makes it (`HTTPServer` → `http_server`)."""
    spaced = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return spaced.lower().lstrip("_")
