"""The target and the secondary table of each relationship."""

from __future__ import annotations

from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import IMPERATIVE
from safeguards.scan.interpret.scopes import ClassInfo, Function
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Member,
    Symbol,
    Unknown,
    Value,
    text,
    truth,
)
from safeguards.scan.project import Mapper, Property, Relationship
from safeguards.scan.resolve.hidden import Hidden
from safeguards.scan.resolve.mappers import Mappers
from safeguards.scan.resolve.references import References


class Targets:
    """Resolves what relationships point at, within their registries."""

    def __init__(
        self,
        evaluator: Evaluator,
        mappers: Mappers,
        references: References,
        uncertain: dict[str, str],
        hidden: Hidden,
    ) -> None:
        self._evaluator = evaluator
        self._mappers = mappers
        self._references = references
        self._uncertain = uncertain
        self._hidden = hidden

    def resolve(self, found: Relationship) -> None:
        """Set target, missing or unsure, and the secondary table."""
        self._resolve_target(found)
        self._resolve_secondary(found)

    def _resolve_target(self, found: Relationship) -> None:
        if "?" in found.arguments and "argument" not in found.arguments:
            found.unsure = "some of its arguments are computed"
        argument = found.arguments.get("argument")
        if argument is None or (isinstance(argument, Literal) and argument.value is None):
            self._from_annotation(found)
            return
        if isinstance(argument, Function):
            argument = self._evaluator.call(argument, [], {})
        argument = _mapped_class(argument)
        name = text(argument)
        if name is not None:
            self._by_name(found, name)
        elif isinstance(argument, ClassInfo):
            self._by_class(found, argument)
        else:
            found.unsure = _why(argument)

    def _from_annotation(self, found: Relationship) -> None:
        annotation = found.annotation
        if annotation.info is not None:
            self._by_class(found, annotation.info)
        elif annotation.name and not annotation.plain:
            self._by_name(found, annotation.name)
        else:
            found.unsure = found.unsure or "its target is not known from the text"

    def _by_class(self, found: Relationship, info: ClassInfo) -> None:
        found.target = self._mappers.of(info)
        if found.target is None:
            found.unsure = self._uncertain.get(info.name, "")
            found.missing = "" if found.unsure else info.name

    def _by_name(self, found: Relationship, name: str) -> None:
        registry = found.mapper.registry
        head, _, last = name.rpartition(".")
        if not last.isidentifier():
            found.unsure = "its target is an expression"
            return
        candidates = registry.named(last, head)
        if len(candidates) == 1:
            found.target = candidates[0]
        elif candidates:
            found.unsure = f"several classes are named {last}"
        elif registry.open:
            found.unsure = f"{name} may be defined outside the project"
        elif last in self._uncertain:
            found.unsure = self._uncertain[last]
        elif self._hidden.may_have_class(last, registry):
            found.unsure = f"{last} may be made by a call"
        else:
            found.missing = name

    def _resolve_secondary(self, found: Relationship) -> None:
        value = found.arguments.get("secondary")
        if value is None or (isinstance(value, Literal) and value.value is None):
            if "?" in found.arguments:
                found.secondary_unsure = "some of its arguments are computed"
            return
        if isinstance(value, Function):
            value = self._evaluator.call(value, [], {})
        name = text(value)
        if name is not None:
            self._secondary_by_name(found, name)
            return
        found.secondary = self._references.table(value)
        if found.secondary is None:
            found.secondary_unsure = _why(value)

    def _secondary_by_name(self, found: Relationship, name: str) -> None:
        metadata = found.mapper.metadata
        schema, _, table = name.rpartition(".")
        if schema:
            found.secondary = metadata.find(table, schema)
        else:
            found.secondary = self._references.table_named(table, metadata)
        if found.secondary is not None:
            return
        value = found.arguments["secondary"]
        if isinstance(value, Literal) and not name.isidentifier():
            evaluated = self._references.evaluated(value, found.mapper)
            found.secondary = self._references.table(evaluated)
        if found.secondary is None:
            nameless = any(t.name is None for t in self._references.tables())
            unknown = metadata.open or nameless or self._hidden.may_have_table(table, metadata)
            reason = f"the table {name} may be defined outside the project" if unknown else ""
            found.secondary_unsure = reason or f"no table is named {name}"
            if not unknown and not self._may_be_path(found, name):
                found.missing = found.missing or name

    def _may_be_path(self, found: Relationship, name: str) -> bool:
        """Whether a name may lead to something else than a table: to a class or into one."""
        first, *rest = name.split(".")
        if not all(part.isidentifier() for part in (first, *rest)):
            return True
        registry = found.mapper.registry
        is_module = bool(rest) and self._references.is_module_token(first, registry)
        return is_module or first in registry.classes

    # the other side

    def add_backref(self, found: Relationship) -> None:
        """Enter the property that `backref=` creates on the target, unless it is written there."""
        value = found.arguments.get("backref")
        if value is None or found.target is None:
            return
        if isinstance(value, Made) and value.kind == "backref" and value.args:
            value = value.args[0]
        key = text(value)
        if key is None:
            if not isinstance(value, Literal):
                found.target.unsure = found.target.unsure or "a backref has a computed name"
            return
        if key not in found.target.properties:
            prop = Property(key, "relationship", found.place)
            other = Relationship(key, found.target, found.place)
            other.target, other.is_backref = found.mapper, True
            prop.relationship = other
            found.target.properties[key] = prop


def is_viewonly(found: Relationship) -> bool:
    """Whether a relationship is certainly `viewonly=True`."""
    return truth(found.arguments.get("viewonly")) is True


def other_side(found: Relationship) -> tuple[Mapper, str] | None:
    """The mapper and key that `back_populates` names, when both are known."""
    key = text(found.arguments.get("back_populates"))
    if key is None or found.target is None:
        return None
    return found.target, key


def _mapped_class(value: Value) -> Value:
    """The class behind `mapper_registry.map_imperatively(A, …)` and `A.__mapper__`."""
    if isinstance(value, Made) and value.symbol.rpartition(".")[2] in IMPERATIVE and value.args:
        return value.args[0]
    return value.owner if isinstance(value, Member) and value.name == "__mapper__" else value


def _why(value: Value) -> str:
    if isinstance(value, Symbol):
        return f"{value.name} is defined outside the project"
    if isinstance(value, Unknown):
        return value.reason
    return "its target is computed"
