"""Imports → what they bind, through re-exports, star imports and namespace packages."""

from __future__ import annotations

from collections.abc import Callable

from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import Binding, Module, ModuleValue, Scope
from safeguards.scan.interpret.symbols import is_exported, is_home
from safeguards.scan.interpret.values import Symbol, Unknown, Value
from safeguards.scan.modules import ModuleIndex

MAX_CHAIN = 50
"""Modules that one name may be handed on through."""


class Imports:
    """Follows imports; `bound` tells the value of a name from its bindings."""

    def __init__(
        self,
        index: ModuleIndex,
        load: Callable[[str], Module],
        bound: Callable[[list[Binding]], Value],
    ) -> None:
        self._index = index
        self._load = load
        self._bound = bound
        self._depth = 0

    def imported(self, node: f.Import, importer: Module) -> Value:
        """What an import statement binds: a module, a thing in one, or a foreign symbol."""
        if self._depth > MAX_CHAIN:
            return Unknown("imported through too many modules")
        self._depth += 1
        try:
            return self._find(node, importer)
        finally:
            self._depth -= 1

    def attribute(self, module: Module, name: str) -> Value:
        """What a name is in a module of the project."""
        return self._attribute(module, name, frozenset())

    def from_stars(self, name: str, scope: Scope) -> Value | None:
        """What a name is by the star imports of a module, or None."""
        return self._from_stars(name, scope, frozenset())

    def _find(self, node: f.Import, importer: Module) -> Value:
        if node.level:
            path = self._index.find_relative(node.module, node.level, importer.path)
            return self._from_module(path, node, importer)
        if not node.name:
            name = node.module if node.alias else node.module.split(".", 1)[0]
            path = self._index.find(name, importer.path)
            return ModuleValue(self._load(path)) if path else Symbol(name)
        return self._from_module(self._index.find(node.module, importer.path), node, importer)

    def _from_module(self, path: str | None, node: f.Import, importer: Module) -> Value:
        if path is not None:
            inner = self._index.submodule(path, node.name) if path == importer.path else None
            if inner is not None:  # `from . import models` in the package's own file
                return ModuleValue(self._load(inner))
            return self._attribute(self._load(path), node.name, frozenset())
        folder = f"{node.module}.{node.name}".strip(".")
        inside = (
            self._index.find_relative(folder, node.level, importer.path)
            if node.level
            else self._index.find(folder, importer.path)
        )
        return ModuleValue(self._load(inside)) if inside else Symbol(folder)

    def _attribute(self, module: Module, name: str, seen: frozenset[str]) -> Value:
        if module.path in seen or len(seen) > MAX_CHAIN:
            return Unknown("imported in a circle, or through too many modules")
        if name in module.scope.bindings:
            return self._bound(module.scope.bindings[name])
        found = self._from_stars(name, module.scope, seen | {module.path})
        if found is not None:
            return found
        inner = self._index.submodule(module.path, name)
        if inner is not None:
            return ModuleValue(self._load(inner))
        return Unknown(f"{module.name} does not bind {name}")

    def _from_stars(self, name: str, scope: Scope, seen: frozenset[str]) -> Value | None:
        for node in reversed(scope.stars):
            importer = scope.module
            if node.level:
                path = self._index.find_relative(node.module, node.level, importer.path)
            else:
                path = self._index.find(node.module, importer.path)
            if path is None:
                if is_home(node.module) and is_exported(name):
                    return Symbol(f"{node.module}.{name}")
            elif path not in seen:
                found = self._attribute(self._load(path), name, seen | {importer.path})
                if not isinstance(found, Unknown):
                    return found
        return None
