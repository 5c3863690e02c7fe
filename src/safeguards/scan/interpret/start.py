"""What importing a module runs: its loops, and its calls of functions that shape mappings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import Renamed, bases_of, called_name, nodes
from safeguards.scan.interpret.scopes import ClassInfo, Function, Module, Scope

MAX_DEPTH = 30
"""Bodies inside bodies that are run."""

_SHAPING = frozenset({
    "Table", "add_mapped_attribute", "add_properties", "add_property", "map_imperatively",
    "mapper", "new_class", "setattr", "type",
})  # fmt: skip
_METACLASSES = frozenset({"DeclarativeMeta", "DefaultMeta", "type"})
_CLASS_MAKERS = frozenset({"new_class", "type"})


class Start:
    """Runs modules as their import does, as far as mappings depend on it."""

    def __init__(self, evaluator: Evaluator, modules: Iterable[Module]) -> None:
        self._evaluator = evaluator
        self._names = _CLASS_MAKERS | _shaping_functions(modules)
        self._seen: set[Scope] = set()

    def run(self, scope: Scope, depth: int = 0) -> None:
        """Run what the scope holds; the scopes of what ran are then among its `blocks`."""
        if scope in self._seen or depth > MAX_DEPTH:
            return
        self._seen.add(scope)
        for repeat in scope.repeats:
            self._evaluator.unroll(repeat)
        if scope.kind != "class":
            self._make_calls(scope)
        for info in scope.classes:
            self._decorate(info)
            self._announce(info)
            self.run(info.scope, depth + 1)
        for block in scope.blocks:
            self.run(block, depth + 1)
        scope.inner = [s for s in scope.inner if id(s.function) not in self._evaluator.called]

    def _make_calls(self, scope: Scope) -> None:
        for do in scope.calls:
            if self._matters(do.value, scope):
                self._evaluator.value(do.value, scope)
        for bindings in list(scope.bindings.values()):
            for binding in bindings:
                node = binding.node
                if isinstance(node, f.Bind) and node.value and self._matters(node.value, scope):
                    self._evaluator.binding(binding)
        for info in scope.classes:
            for base in bases_of(info.node):
                if self._matters(base, scope):
                    self._evaluator.value(base, scope)

    def _decorate(self, info: ClassInfo) -> None:
        for decorator in reversed(info.node.decorators):
            if called_name(decorator, info.module.renamed) in self._names:
                function = self._evaluator.value(decorator, info.outer)
                if isinstance(function, Function):
                    self._evaluator.call(function, [info], {}, caller=info.outer)

    def _announce(self, info: ClassInfo) -> None:
        """Run what `__init_subclass__` of the bases does with a new class."""
        for ancestor in self._evaluator.ancestors(info)[1:]:
            for binding in ancestor.scope.bindings.get("__init_subclass__", ())[-1:]:
                function = self._evaluator.binding(binding)
                if isinstance(function, Function):
                    named = {
                        k.name: self._evaluator.value(k.value, info.outer)
                        for k in info.node.keywords
                        if k.name and k.name != "metaclass"
                    }
                    self._evaluator.call(function, [info], named, caller=info.scope)

    def _matters(self, expr: f.Expr, scope: Scope) -> bool:
        renamed = scope.module.renamed
        return any(
            isinstance(node, f.Call) and called_name(node.func, renamed) in self._names
            for node in nodes(expr)
        )


def _shaping_functions(modules: Iterable[Module]) -> set[str]:
    """The names of functions that make or change classes or tables, or call one that does."""
    callers: dict[str, list[str]] = {}
    waiting: list[str] = []
    for module in modules:
        renamed = module.renamed
        waiting += [each.name for each in module.facts.body if _is_metaclass(each, renamed)]
        for function in _functions(module.facts.body):
            if any(_shapes(node, renamed) for node in nodes(function.body)):
                waiting.append(function.name)
            for node in nodes(function.body):
                if isinstance(node, f.Call):
                    name = called_name(node.func, renamed)
                    callers.setdefault(name, []).append(function.name)
    found = set(waiting)
    while waiting:
        for caller in callers.get(waiting.pop(), ()):
            if caller not in found:
                found.add(caller)
                waiting.append(caller)
    return found - {"", "__init__"}


def _is_metaclass(node: f.Statement, renamed: Renamed) -> TypeGuard[f.ClassDef]:
    return isinstance(node, f.ClassDef) and any(
        called_name(base, renamed) in _METACLASSES for base in node.bases
    )


def _shapes(node: object, renamed: Renamed) -> bool:
    if isinstance(node, f.ClassDef):
        return True
    if isinstance(node, f.Bind) and isinstance(node.target, f.Attr):
        owner = node.target.value
        return not (isinstance(owner, f.Name) and owner.id == "self")
    return isinstance(node, f.Call) and called_name(node.func, renamed) in _SHAPING


def _functions(body: Iterable[f.Statement]) -> Iterator[f.FunctionDef]:
    for node in body:
        if isinstance(node, f.FunctionDef):
            if node.body:
                yield node
        elif isinstance(node, f.ClassDef | f.Loop):
            yield from _functions(node.body)
        elif isinstance(node, f.Branch):
            yield from _functions((*node.body, *node.orelse))
