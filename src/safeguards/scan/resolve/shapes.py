"""Mapped classes that SQLAlchemy refuses to map, whatever their relationships are."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan import facts as f
from safeguards.scan.interpret.reading import metaclass_of, running
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Sequence,
    Symbol,
    Value,
    text,
    truth,
)
from safeguards.scan.project import Column, Mapper
from safeguards.scan.resolve.attributes import Attributes

_PLAIN_BASES = frozenset({
    "AsyncAttrs", "DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass",
})  # fmt: skip
_COLUMNS = frozenset({"Column", "mapped_column"})
_MAKER_OPTIONS = frozenset({
    "bind", "class_registry", "cls", "metadata", "name", "type_annotation_map",
})  # fmt: skip


def is_plain(info: ClassInfo, attributes: Attributes) -> bool:
    """Whether nothing but SQLAlchemy's own bases and the text shapes a class.

    A metaclass, an `__init_subclass__` or a base from elsewhere may add tables and columns.
    """
    for source in attributes.lineage(info):
        metaclass = metaclass_of(source.node)
        if metaclass is not None and not _is_meta(metaclass):
            return False
        if "__init_subclass__" in source.scope.bindings:
            return False
        if not all(_is_plain_base(base) for base in attributes.bases(source)):
            return False
    return True


def _is_meta(value: f.Expr) -> bool:
    return isinstance(value, f.Name | f.Attr) and (
        "DeclarativeMeta" in {getattr(value, "id", ""), getattr(value, "attr", "")}
    )


def _is_plain_base(base: Value) -> bool:
    if isinstance(base, ClassInfo):
        return True
    if isinstance(base, Symbol):
        return base.kind in _PLAIN_BASES or base.name.split(".", 1)[0] in {"builtins", "typing"}
    return (
        isinstance(base, Made)
        and base.kind == "declarative_base"
        and base.complete
        and not base.args
        and set(base.kwargs) <= _MAKER_OPTIONS
        and ("cls" not in base.kwargs or isinstance(base.kwargs["cls"], ClassInfo))
    )


def table_fault(mapper: Mapper, attributes: Attributes) -> tuple[str, str] | None:
    """Why a class has no usable table or primary key, and what to do."""
    parents = [base for base in attributes.bases(mapper.info) if _is_mapped(base, attributes)]
    if len(parents) > 1:
        return "it has several mapped bases", "Inherit from one mapped class, and from mixins."
    if not is_plain(mapper.info, attributes) or mapper.registry.open:
        return None
    if mapper.inherits is not None:
        shares_table = mapper.table is mapper.inherits.table and not mapper.concrete
        return _single_table_fault(mapper, attributes) if shares_table else None
    if mapper.table is None:
        advice = "Give it a __tablename__, or __abstract__ = True."
        return None if mapper.unsure else ("it has no table", advice)
    if mapper.why_unsure() or {"?", "primary_key"} & set(mapper.arguments):
        return None
    if mapper.table.metadata.open or "__table_args__" in _hidden(mapper, attributes):
        return None
    namesakes = mapper.table.metadata.tables.get((mapper.table.schema, mapper.table.name or ""), ())
    if len(namesakes) > 1:  # it may extend one that has a key
        return None
    if all(_is_no_key(column, mapper) for column in mapper.table.columns.values()):
        return f"table {mapper.table.label} has no primary key", "Mark a column as primary_key."
    return _polymorphic_fault(mapper)


def _polymorphic_fault(mapper: Mapper) -> tuple[str, str] | None:
    key = text(mapper.arguments.get("polymorphic_on"))
    if key is None or mapper.find(key) is not None:
        return None
    return f'polymorphic_on="{key}" names no attribute of it', "Name the attribute of the column."


def _hidden(mapper: Mapper, attributes: Attributes) -> set[str]:
    """`__table_args__` when it may reflect the table from a database."""
    args = attributes.directive(mapper.info, "__table_args__")
    last = args.items[-1] if isinstance(args, Sequence) and args.items else args
    if args is None or isinstance(last, Literal):
        return set()
    if isinstance(args, Sequence) and not isinstance(last, Mapping):
        return set() if args.complete else {"__table_args__"}
    known = isinstance(last, Mapping) and last.complete
    reflects = isinstance(last, Mapping) and any(key.startswith("autoload") for key in last.items)
    return set() if known and not reflects else {"__table_args__"}


def _is_mapped(base: Value, attributes: Attributes) -> bool:
    return isinstance(base, ClassInfo) and attributes.is_mapped(base)


def _is_no_key(column: Column, mapper: Mapper) -> bool:
    """Whether a column is certainly not part of the primary key."""
    if column.primary_key or column.made is None or not column.made.complete:
        return False
    given = column.made.kwargs.get("primary_key")
    declared = column.made.kind == "Column" or _is_plain_annotation(mapper, column)
    return declared and (given is None or truth(given) is False)


def _is_plain_annotation(mapper: Mapper, column: Column) -> bool:
    """Whether `mapped_column()` gets nothing from the type that its attribute is annotated with."""
    for source in mapper.info.node.body:
        if isinstance(source, f.Bind) and source.line == column.place.line:
            index = source.annotation.index if isinstance(source.annotation, f.Subscript) else None
            return source.annotation is None or (
                isinstance(index, f.Name) and index.id in {"int", "str", "bool", "float", "bytes"}
            )
    return False


def _single_table_fault(mapper: Mapper, attributes: Attributes) -> tuple[str, str] | None:
    """What a class without a table of its own may not declare."""
    for item in attributes.written(mapper.info):
        value = item.value
        filled = (isinstance(value, Sequence) and value.items) or (
            isinstance(value, Mapping) and value.items
        )
        if item.name == "__table_args__" and filled:
            return "it has __table_args__, but no table of its own", "Give it a __tablename__."
        if not isinstance(value, Made) or value.kind not in _COLUMNS:
            continue
        if truth(value.kwargs.get("primary_key")) is True:
            return (
                f"{item.name} is a primary key, but the class has no table of its own",
                "Give it a __tablename__.",
            )
        clash = _clash(mapper, item.name, value)
        if clash:
            return clash, "Rename one of them, or pass use_existing_column=True."
    return None


def _clash(mapper: Mapper, name: str, value: Made) -> str:
    named = (text(value.args[0]) if value.args else text(value.kwargs.get("name"))) or name
    if mapper.table is None or "use_existing_column" in value.kwargs or not value.complete:
        return ""
    existing = mapper.table.columns.get(named)
    if existing is None or existing.made is value or mapper.inherits is None:
        return ""
    owners = [m for m in mapper.inherits.line() if m.table is mapper.table and not m.why_unsure()]
    if any(existing in prop.columns for m in owners for prop in m.properties.values()):
        return f"column {named} is already in table {mapper.table.label}"
    return ""


def duplicates(mappers: list[Mapper], attributes: Attributes) -> Iterator[tuple[Mapper, Mapper]]:
    """Pairs of classes in one file that certainly declare the same table, the later one first."""
    first: dict[tuple[str, object, str | None, str], Mapper] = {}
    for mapper in mappers:
        table = mapper.table
        if table is None or table.name is None or table.place != mapper.place:
            continue
        if not makes_table(mapper, attributes) or table.metadata.open:
            continue
        key = (mapper.place.path, table.metadata.key, table.schema, table.name)
        if key in first:
            yield mapper, first[key]
        first.setdefault(key, mapper)


def makes_table(mapper: Mapper, attributes: Attributes) -> bool:
    """Whether a class statement runs with its module, and makes a new table on a known base."""
    info = mapper.info
    if not any(node is info.node for node in running(info.module.facts.body)):
        return False
    bases = [base for base in info.node.bases if isinstance(base, f.Name)]
    if len(bases) != len(info.node.bases) or not is_plain(info, attributes):
        return False
    if any(len(info.outer.bindings.get(base.id, ())) != 1 for base in bases):
        return False
    args = attributes.directive(info, "__table_args__")
    last = args.items[-1] if isinstance(args, Sequence) and args.items else args
    return args is None or (
        isinstance(last, Mapping | Made | Literal)
        and not (isinstance(last, Mapping) and (not last.complete or _reuses(last)))
    )


def _reuses(options: Mapping) -> bool:
    return bool({"extend_existing", "keep_existing"} & set(options.items))
