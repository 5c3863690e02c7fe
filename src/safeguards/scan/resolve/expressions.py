"""What `foreign_keys`, `primaryjoin` and their like must not hold: strings in a list, classes,
and names of columns that are not there.

Columns are looked for in what SQLAlchemy evaluates late, strings and lambdas, and in what Python
evaluates in the class body when the module is imported; not in functions, whose calls may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.interpret.scopes import ClassInfo, Function
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Member,
    Operation,
    Sequence,
    Symbol,
    Value,
)
from safeguards.scan.project import Mapper, Project, Relationship
from safeguards.scan.resolve.arguments import RELATIONSHIP_KINDS
from safeguards.scan.resolve.attributes import Attributes
from safeguards.scan.resolve.early import is_written_in_class
from safeguards.scan.resolve.references import References

LISTED = ("foreign_keys", "remote_side", "order_by")
"""Arguments that hold a column or a list of columns."""

EVALUATED = ("primaryjoin", "secondaryjoin", *LISTED)
_RENAMING = frozenset({"include_properties", "exclude_properties", "column_prefix", "properties"})
_TABLE_COLUMNS = frozenset({"c", "columns"})
_BUILTIN_CLASS_NAMES = frozenset({"metadata", "registry", "query", "query_class"})


class Misuse:
    """What is no column where a column must be; `near` holds the names to choose from."""

    __slots__ = ("argument", "near", "said", "wanted")

    def __init__(self, argument: str, said: str, wanted: str = "", near: list[str] | None = None):
        self.argument = argument
        self.said = said
        self.wanted = wanted
        self.near = near or []


class Expressions:
    """Finds misuse in the arguments of relationships."""

    def __init__(self, project: Project, attributes: Attributes, references: References) -> None:
        self._attributes = attributes
        self._references = references
        self._mappers = {mapper.info: mapper for mapper in project.mappers}
        self._known: dict[Relationship, Misuse | None] = {}

    def misuse(self, found: Relationship) -> Misuse | None:
        """The first argument that SQLAlchemy refuses, or None."""
        if found not in self._known:
            self._known[found] = self._find(found)
        return self._known[found]

    def _find(self, found: Relationship) -> Misuse | None:
        for argument in EVALUATED:
            given = found.arguments.get(argument)
            if given is None:
                continue
            value = self._references.unwrapped(given, found.mapper)
            misuse = self._unlisted(value, argument) if argument in LISTED else None
            late = isinstance(given, Literal | Function)
            if misuse is None and (late or is_written_in_class(found)):
                misuse = self._unknown(value, argument, by_name=isinstance(given, Literal))
            if misuse is not None:
                return misuse
        return None

    def _unlisted(self, value: Value, argument: str) -> Misuse | None:
        """An element that is certainly no column."""
        for item in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(item, Literal) and isinstance(item.value, str):
                return Misuse(argument, f'the string "{item.value}"')
            if isinstance(item, ClassInfo) and item in self._mappers:
                return Misuse(argument, f"the class {item.name}")
            if isinstance(item, Made) and item.kind in RELATIONSHIP_KINDS:
                return Misuse(argument, "a relationship")
            if isinstance(item, Symbol) and item.name in {"builtins.id", "builtins.type"}:
                name = item.name.rpartition(".")[2]
                return Misuse(argument, f"Python's own function {name}")
        return None

    def _unknown(self, value: Value, argument: str, *, by_name: bool) -> Misuse | None:
        """A name of a column that its class or table does not have."""
        for member in _members(value):
            owner = member.owner
            if isinstance(owner, ClassInfo) and owner in self._mappers:
                misuse = self._of_class(self._mappers[owner], member.name, argument, by_name)
            elif isinstance(owner, Member) and owner.name in _TABLE_COLUMNS:
                misuse = self._of_table(owner.owner, member.name, argument)
            else:
                misuse = None
            if misuse is not None:
                return misuse
        return None

    def _of_class(self, mapper: Mapper, name: str, argument: str, by_name: bool) -> Misuse | None:
        prop = mapper.find(name)
        if prop is not None:
            written = prop.relationship is not None and not prop.relationship.is_backref
            if by_name and written:
                return Misuse(argument, f"the relationship {mapper.name}.{name}")
            return None
        if any(name in table.brought for table in mapper.tables()) or mapper.why_more():
            return None
        if any(_RENAMING & set(m.arguments) for m in mapper.line()):
            return None
        if name.startswith("_") or name in _BUILTIN_CLASS_NAMES:
            return None
        if self._attributes.mentions(mapper.info, name):
            return None
        columns = [key for m in mapper.line() for key, p in m.properties.items() if p.columns]
        return Misuse(argument, f"{mapper.name}.{name}", mapper.name, columns)

    def _of_table(self, owner: Value, name: str, argument: str) -> Misuse | None:
        table = self._references.table(owner) if isinstance(owner, Made) else None
        if (
            table is None
            or table.unsure
            or name in table.brought
            or name in table.columns
            or name in dir(dict)
        ):
            return None
        return Misuse(argument, f"{table.label}.c.{name}", table.label, list(table.columns))


def _members(value: Value) -> Iterator[Member]:
    """Every attribute access in an expression, the innermost of each chain."""
    pending = [value]
    while pending:
        current = pending.pop(0)
        if isinstance(current, Member):
            yield current
            pending.insert(0, current.owner)
        elif isinstance(current, Made) and current.kind not in {"Table", "Column", "mapped_column"}:
            receiver = [current.receiver] if current.receiver is not None else []
            pending[:0] = [*receiver, *current.args, *current.kwargs.values()]
        elif isinstance(current, Operation):
            pending[:0] = current.operands
        elif isinstance(current, Sequence):
            pending[:0] = current.items
        elif isinstance(current, Mapping):
            pending[:0] = current.items.values()
