"""Classes that calls make: `type(name, bases, namespace)`, `types.new_class(…)`, a metaclass."""

from __future__ import annotations

from safeguards.scan import facts as f
from safeguards.scan.interpret.reading import ANYTHING
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Scope
from safeguards.scan.interpret.values import (
    Given,
    Made,
    Mapping,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
)

_MAKERS = frozenset({"builtins.type", "types.new_class"})


def makes_class(func: Value, given: Given) -> bool:
    """Whether a call makes a class."""
    if not isinstance(func, Symbol):
        return False
    if func.name == "types.new_class":
        return bool(given.args)
    is_meta = func.name in _MAKERS or func.kind == "DeclarativeMeta"
    return is_meta and len(given.args) == 3


def made_class(given: Given, scope: Scope, body: Value | None) -> Value:
    """The class that such a call makes; `body` is the namespace when a function fills it."""
    name = text(given.args[0])
    bases = given.args[1] if len(given.args) > 1 else Sequence([])
    third = given.args[2] if len(given.args) > 2 else None
    namespace = body if body is not None else third
    if name is None or not isinstance(bases, Sequence) or not bases.complete:
        return Unknown("a class made by a call, with a computed name or bases")
    if "exec_body" in given.kwargs or len(given.args) > 3:
        namespace = body
    if not isinstance(namespace, Mapping) or "__annotations__" in namespace.items:
        return Unknown(f"the class {name} is made by a call, with a computed body")
    at = (given.place.line, given.place.column)
    outer = Scope(scope.module, scope, "block", scope.path)
    names = tuple(f.Name(*at, f"base {index}") for index in range(len(bases.items)))
    for base, value in zip(names, bases.items, strict=True):
        outer.bindings[base.id] = [Binding(None, outer, value=value)]
    statement = f.ClassDef(*at, name, names, (), (), (), given.place.end_line)
    info = ClassInfo(statement, outer)
    info.qualname = name  # wherever the call stands
    for key, value in namespace.items.items():
        info.scope.bindings[key] = [_binding(key, value, info.scope, at)]
    if not namespace.complete:
        info.scope.grown.add(ANYTHING)
    scope.classes.append(info)
    return info


def _binding(key: str, value: Value, scope: Scope, at: tuple[int, int]) -> Binding:
    place = (value.place.line, value.place.column) if isinstance(value, Made) else at
    name = f.Name(*place, key)
    return Binding(f.Bind(*place, name, name, None, ""), scope, value=value)
