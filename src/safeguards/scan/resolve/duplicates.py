"""Names that several mapped classes of one registry share, where a relationship uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safeguards.scan import facts as f
from safeguards.scan.interpret import annotated
from safeguards.scan.interpret.scopes import ClassInfo, Module
from safeguards.scan.interpret.values import Literal, text
from safeguards.scan.modules import ModuleIndex
from safeguards.scan.project import Mapper, Relationship
from safeguards.scan.resolve.expressions import EVALUATED
from safeguards.scan.resolve.references import names_in, paths_in

MAX_MODULES = 5000
"""Modules that the search for a common importer may read."""


class Duplicate:
    """A name and the classes that have it; `together` when some module imports them all."""

    __slots__ = ("mappers", "name", "together")

    def __init__(self, name: str, mappers: list[Mapper], *, together: bool) -> None:
        self.name = name
        self.mappers = mappers
        self.together = together


class Duplicates:
    """Finds names that SQLAlchemy cannot tell apart, each relationship once."""

    def __init__(self, index: ModuleIndex, load: Callable[[str], Module]) -> None:
        self._index = index
        self._load = load
        self._known: dict[Relationship, Duplicate | None] = {}

    def of(self, found: Relationship) -> Duplicate | None:
        """The first shared name that a relationship has SQLAlchemy look up, or None.

        Where a class statement repeats another one of its file, it may have replaced it.
        """
        if found not in self._known:
            self._known[found] = self._find(found)
        return self._known[found]

    def _find(self, found: Relationship) -> Duplicate | None:
        for name in _looked_up(found):
            head, _, last = name.rpartition(".")
            mappers = found.mapper.registry.named(last, head)
            paths = {mapper.info.module.path for mapper in mappers}
            different = {(mapper.info.module.path, mapper.info.qualname) for mapper in mappers}
            if len(different) > 1 and all(_is_plain(mapper.info) for mapper in mappers):
                together = self._together({found.mapper.info.module.path, *paths})
                return Duplicate(name, mappers, together=together)
        return None

    def _together(self, paths: set[str]) -> bool:
        """Whether one of these modules, or a package around them, imports them all."""
        roots = sorted({*paths, *(p for path in paths for p in self._index.packages(path))})
        return any(paths <= self._imported(root) for root in roots)

    def _imported(self, root: str) -> set[str]:
        """Every module of the project that is loaded once this one is."""
        found = {root, *self._index.packages(root)}
        waiting = list(found)
        while waiting and len(found) < MAX_MODULES:
            module = self._load(waiting.pop())
            for path in self._imports(module):
                for each in (path, *self._index.packages(path)):
                    if each not in found:
                        found.add(each)
                        waiting.append(each)
        return found

    def _imports(self, module: Module) -> Iterator[str]:
        bindings = [b for each in module.scope.bindings.values() for b in each if not b.typing_only]
        nodes = [b.node for b in bindings if isinstance(b.node, f.Import)]
        for node in [*nodes, *module.scope.stars]:
            if node.level:
                path = self._index.find_relative(node.module, node.level, module.path)
            else:
                path = self._index.find(node.module, module.path)
            if path is not None:
                yield path
                inner = self._index.submodule(path, node.name) if node.name else None
                if inner is not None:
                    yield inner


def _is_plain(info: ClassInfo) -> bool:
    """Whether the class is defined whenever its module is imported."""
    owner = info.outer.owner
    if owner is not None:
        return any(node is info.node for node in owner.node.body) and _is_plain(owner)
    return any(node is info.node for node in info.module.facts.body)


def _looked_up(found: Relationship) -> Iterator[str]:
    """The names that SQLAlchemy looks up in the registry for a relationship."""
    argument = found.arguments.get("argument")
    name = text(argument)
    if name is not None:
        yield name
    elif argument is None and found.annotation.is_mapped and _is_text(found):
        yield found.annotation.name
    for key in EVALUATED:
        value = found.arguments.get(key)
        if isinstance(value, Literal) and isinstance(value.value, str):
            expr = annotated.parse(value.value, value.place.line, value.place.column)
            yield from names_in(expr) if expr is not None else ()
            for path in paths_in(expr) if expr is not None else ():
                yield from _class_path(path, found)


def _class_path(path: str, found: Relationship) -> Iterator[str]:
    """The part of a dotted name that names a class by its module."""
    parts = path.split(".")
    for end in range(1, len(parts)):
        if found.mapper.registry.named(parts[end], ".".join(parts[:end])):
            yield ".".join(parts[: end + 1])
            return


def _is_text(found: Relationship) -> bool:
    """Whether an annotation is only a text for SQLAlchemy, not the class itself."""
    annotation = found.annotation
    if not annotation.name or annotation.plain:
        return False
    if annotation.info is None or annotation.is_string:
        return True
    bindings = found.mapper.info.module.scope.bindings.get("annotations", [])
    nodes = [binding.node for binding in bindings]
    return any(isinstance(node, f.Import) and node.module == "__future__" for node in nodes)
