"""What a mapped class declares, mixins and abstract bases included."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import annotated
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import bases_of
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Function, Scope
from safeguards.scan.interpret.symbols import is_home
from safeguards.scan.interpret.values import (
    Made,
    Mapping,
    Symbol,
    Unknown,
    Value,
    is_declared_attr,
    text,
)
from safeguards.scan.resolve.assignments import Assignments

_PLAIN = frozenset({"abc", "builtins", "contextlib", "functools", "typing", "typing_extensions"})
"""Packages whose decorators map nothing."""

_MAPPED = frozenset({"Column", "column_property", "mapped_column", "relationship"})
DIRECTIVES = frozenset({"__tablename__", "__table_args__", "__mapper_args__", "__table__"})


_MAPPING = frozenset({"Column", "column_property", "composite", "deferred", "mapped_column"}) | {
    "relationship", "synonym",
}  # fmt: skip
"""What SQLAlchemy takes for an attribute wherever a class has it from."""


class Declared:
    """One attribute as one mapped class gets it; `origin` is the class that writes it.

    `value` is None for a bare annotation; `scope` is where the annotation's names live.
    """

    __slots__ = ("annotation", "name", "origin", "place", "scope", "value")

    def __init__(
        self, name: str, value: Value | None, annotation: f.Expr | None, scope: Scope, place: Place
    ) -> None:
        self.name = name
        self.value = value
        self.annotation = annotation
        self.scope = scope
        self.place = place
        self.origin = scope.owner


class Written:
    """One assignment or bare annotation in the body of `owner`."""

    __slots__ = ("name", "node", "owner", "value")

    def __init__(self, owner: ClassInfo, name: str, node: f.Bind, value: Value) -> None:
        self.owner = owner
        self.name = name
        self.node = node
        self.value = value

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.owner.place.path, self.node.line, self.node.column, self.node.line)


class Attributes:
    """Collects declared attributes by the order in which Python would find them."""

    def __init__(
        self,
        evaluator: Evaluator,
        order: Callable[[ClassInfo], list[ClassInfo]],
        is_mapped: Callable[[ClassInfo], bool],
        assignments: Assignments,
    ) -> None:
        self._evaluator = evaluator
        self._order = order
        self._is_mapped = is_mapped
        self._assignments = assignments
        self._written: dict[ClassInfo, list[Written]] = {}

    def sources(self, info: ClassInfo) -> list[ClassInfo]:
        """The class and the unmapped ancestors whose bodies count for it, nearest first."""
        found: list[ClassInfo] = []
        hidden: set[ClassInfo] = set()
        for ancestor in self._order(info):
            if ancestor is not info and self._is_mapped(ancestor):
                hidden.update(self._order(ancestor))
            elif ancestor not in hidden:
                found.append(ancestor)
        return found

    def written(self, info: ClassInfo) -> list[Written]:
        """What the body of one class assigns to names under no condition, as it stands there."""
        if info not in self._written:
            nodes = {id(node) for node in info.node.body}
            self._written[info] = [
                Written(info, name, binding.node, self._evaluator.binding(binding))
                for name, bindings in info.scope.bindings.items()
                for binding in bindings[-1:]
                if isinstance(binding.node, f.Bind) and id(binding.node) in nodes
            ]
        return self._written[info]

    def lineage(self, info: ClassInfo) -> list[ClassInfo]:
        """The class and all its ancestors in the project, as Python looks names up."""
        return self._order(info)

    def is_mapped(self, info: ClassInfo) -> bool:
        """Whether a class is a mapped one."""
        return self._is_mapped(info)

    def bases(self, info: ClassInfo) -> list[Value]:
        """What the bases in the class statement are."""
        return [self._evaluator.value(base, info.outer) for base in bases_of(info.node)]

    def of(self, info: ClassInfo) -> dict[str, Declared]:
        """The attributes that SQLAlchemy would map for this class, less inherited mapped ones."""
        found: dict[str, Declared] = {}
        for ancestor in self.sources(info):
            for put in self._assigned(ancestor, info):
                found.setdefault(put.name, put)
            for name, bindings in ancestor.scope.bindings.items():
                before = found.get(name)
                if name.startswith("__") or (before is not None and not self._is_bare(before)):
                    continue
                declared = self._declare(name, bindings, ancestor, info)
                if declared is not None and (before is None or _is_mapping(declared.value)):
                    found[name] = declared
        for put in self._cascading(info):
            found.setdefault(put.name, put)
        return found

    def _is_bare(self, declared: Declared) -> bool:
        """Whether it is only an annotation, which hides no attribute of a class further on."""
        if declared.value is not None:
            return False
        return not annotated.read(declared.annotation, declared.scope, self._evaluator).is_mapped

    def _cascading(self, info: ClassInfo) -> Iterator[Declared]:
        """What `declared_attr.cascading` makes anew for each heir of a mapped class."""
        sources = self.sources(info)
        for ancestor in self._order(info):
            if ancestor in sources or self._is_mapped(ancestor):
                continue
            for name, bindings in ancestor.scope.bindings.items():
                node = bindings[-1].node
                if isinstance(node, f.FunctionDef) and any(map(_cascades, node.decorators)):
                    declared = self._declare(name, bindings, ancestor, info)
                    if declared is not None:
                        yield declared

    def _assigned(self, ancestor: ClassInfo, info: ClassInfo) -> Iterator[Declared]:
        """What is put on a class after its statement, the last of each name first."""
        for each in reversed(self._assignments.of(ancestor)):
            value = self._evaluator.binding(each.binding)
            if isinstance(value, Made) and value.kind == "declared_attr":
                value = self._called(value, info)
            if ancestor is info or (isinstance(value, Made) and value.kind):
                yield Declared(each.name, value, None, each.scope, each.place)

    def directive(self, info: ClassInfo, name: str) -> Value | None:
        """`__tablename__` and its like: own or a mixin's; a mapped base's only if computed."""
        for put in reversed(self._assignments.of(info)):
            if put.name == name and put.scope in info.scope.blocks:  # by `__init_subclass__`
                return self._evaluator.binding(put.binding)
        for ancestor in self._order(info):
            bindings = ancestor.scope.bindings.get(name)
            if not bindings:
                continue
            inherited = ancestor is not info and self._is_mapped(ancestor)
            if inherited and not self._is_computed(bindings[-1], ancestor):
                continue
            declared = self._declare(name, bindings, ancestor, info)
            return declared.value if declared is not None else Unknown(f"how {name} is made")
        return None

    def mentions(self, info: ClassInfo, name: str) -> bool:
        """Whether a class, or any class that it has in the project, gives a name some meaning."""
        return any(
            name in ancestor.scope.bindings
            or any(each.name == name for each in self._assignments.of(ancestor))
            for ancestor in self._order(info)
        )

    def _is_computed(self, binding: Binding, owner: ClassInfo) -> bool:
        if isinstance(binding.node, f.FunctionDef):
            return self._has_declared_attr(binding.node, owner)
        value = self._evaluator.binding(binding)
        return isinstance(value, Made) and value.kind == "declared_attr"

    def _declare(
        self, name: str, bindings: list[Binding], origin: ClassInfo, info: ClassInfo
    ) -> Declared | None:
        last = self._evaluator.last_given(bindings[-1])
        node = last.node if last is not None else None
        if isinstance(node, f.FunctionDef):
            function = self._evaluator.binding(bindings[-1])
            assert isinstance(function, Function)
            value = self._of_method(node, function, origin, info)
            place = Place(origin.module.path, node.line, node.column, node.line)
            if value is None:
                return None
            return Declared(name, value, node.returns, origin.scope, place)
        if not isinstance(node, f.Bind):
            return None
        place = Place(origin.module.path, node.line, node.column, node.line)
        if node.value is None:
            return Declared(name, None, node.annotation, origin.scope, place)
        value = self._evaluator.bound(bindings)
        if isinstance(value, Made) and value.kind == "declared_attr":
            value = self._called(value, info)
        if isinstance(value, Made) and value.symbol == "dataclasses.field":
            value = self._of_field(value, info)
        return Declared(name, value, node.annotation, origin.scope, place)

    def _of_field(self, made: Made, info: ClassInfo) -> Value:
        """What a dataclass field holds for SQLAlchemy, under the key that the class names."""
        key = text(self.directive(info, "__sa_dataclass_metadata_key__"))
        metadata = made.kwargs.get("metadata")
        if key is None or not isinstance(metadata, Mapping):
            return made
        held = metadata.items.get(key, made)
        return self._evaluator.call(held, [], {}) if isinstance(held, Function) else held

    def _called(self, made: Made, info: ClassInfo) -> Value:
        function = made.args[0] if made.args else None
        if isinstance(function, Function):
            return self._evaluator.call(function, [info], {})
        return Unknown("a declared_attr that is made elsewhere")

    def _of_method(
        self, node: f.FunctionDef, function: Function, origin: ClassInfo, info: ClassInfo
    ) -> Value | None:
        """What a function of a class body gives to be mapped; None for a plain method.

        A decorator of the project may be `declared_attr` by another name, or may do anything.
        """
        if self._has_declared_attr(node, origin):
            return self._evaluator.call(function, [info], {})
        decorators = [self._evaluator.value(each, origin.scope) for each in node.decorators]
        made = [
            self._evaluator.call(each, [function], {})
            for each in decorators
            if isinstance(each, Function)
        ]
        if any(isinstance(each, Made) and each.kind == "declared_attr" for each in made):
            return self._evaluator.call(function, [info], {})
        others = [each for each in decorators if not isinstance(each, Function | ClassInfo)]
        if all(_maps_nothing(each) for each in [*made, *others]):
            return None
        value = self._evaluator.call(function, [info], {})
        is_mapped = isinstance(value, Made) and value.kind in _MAPPED
        return Unknown("made by a decorator that is not known") if is_mapped else None

    def _has_declared_attr(self, node: f.FunctionDef, origin: ClassInfo) -> bool:
        decorators = (self._evaluator.value(expr, origin.scope) for expr in node.decorators)
        return any(is_declared_attr(each) or self._is_kind_of_it(each) for each in decorators)

    def _is_kind_of_it(self, decorator: Value) -> bool:
        """Whether a decorator is a class of the project that inherits from `declared_attr`."""
        if not isinstance(decorator, ClassInfo):
            return False
        return self._evaluator.foreign_base(decorator).endswith(".declared_attr")


def _cascades(decorator: f.Expr) -> bool:
    return isinstance(decorator, f.Attr) and decorator.attr == "cascading"


def _maps_nothing(decorator: Value) -> bool:
    """Whether a decorator, or what one of the project gives, makes nothing that is mapped."""
    if isinstance(decorator, Symbol):
        package = decorator.name.partition(".")[0]
        return package in _PLAIN or is_home(decorator.name)
    return isinstance(decorator, Function)


def _is_mapping(value: Value | None) -> bool:
    return isinstance(value, Made) and value.kind in _MAPPING
