"""Tables and classes that code makes where they cannot be followed: in helpers, lists, loops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import Module


def may_hide_tables(modules: Iterable[Module]) -> bool:
    """Whether a table may exist that no statement of a module or class names by itself."""
    modules = list(modules)
    return made_classes(modules) != frozenset() or any(map(_hides, modules))


def made_classes(modules: Iterable[Module]) -> frozenset[str] | None:
    """Names of classes that calls of `type()` make; None when one of them has a computed name."""
    found: set[str] = set()
    for module in modules:
        for node in _nodes(module.facts.body):
            if not isinstance(node, f.Call):
                continue
            maker = _last(node.func)
            if maker in {"exec", "new_class"} or (maker == "type" and len(node.args) == 3):
                name = node.args[0] if node.args and maker != "exec" else None
                if not (isinstance(name, f.Const) and isinstance(name.value, str)):
                    return None
                found.add(name.value)
    return frozenset(found)


def _hides(module: Module) -> bool:
    names = {"Table"}
    every = shown = 0
    for node in _nodes(module.facts.body):
        if isinstance(node, f.Import) and node.name == "Table" and node.alias:
            names.add(node.alias)
        elif isinstance(node, f.Call):
            if _last(node.func) == "reflect":
                return True
            every += _last(node.func) in names
    for statement in _statements(module.facts.body):
        value = statement.value if isinstance(statement, f.Bind | f.Do) else None
        plain = not isinstance(statement, f.Bind) or isinstance(statement.target, f.Name)
        shown += plain and isinstance(value, f.Call) and _last(value.func) in names
    return every > shown


def _nodes(root: object) -> Iterator[object]:
    """Every struct below, in the order of the text."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending += reversed(node)
        elif isinstance(node, msgspec.Struct):
            yield node
            pending += [getattr(node, name) for name in reversed(node.__struct_fields__)]


def _statements(body: tuple[f.Statement, ...]) -> Iterator[f.Statement]:
    """Statements that run once when the module is imported."""
    for node in body:
        yield node
        if isinstance(node, f.ClassDef):
            yield from _statements(node.body)
        elif isinstance(node, f.Branch):
            yield from _statements(node.body)
            yield from _statements(node.orelse)


def _last(func: f.Expr) -> str:
    if isinstance(func, f.Attr):
        return func.attr
    return func.id if isinstance(func, f.Name) else ""
