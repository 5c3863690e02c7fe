"""Tables and classes that code makes where it cannot be followed: in helpers, lists, loops."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from safeguards.scan import facts as f
from safeguards.scan.interpret.reading import called_name, nodes
from safeguards.scan.interpret.scopes import Module

Spot = tuple[str, int, int]
"""Path, line and column of a call."""


def may_hide_tables(
    modules: Iterable[Module], tables: Collection[Spot], classes: Collection[Spot]
) -> bool:
    """Whether a table may exist beside `tables` and those that the known classes map."""
    modules = list(modules)
    if made_classes(modules, classes) != frozenset():
        return True
    return any(_hides(module, tables) for module in modules)


def made_classes(modules: Iterable[Module], classes: Collection[Spot]) -> frozenset[str] | None:
    """Names of classes that calls of `type()` may make beside the known ones, by their places;
    None when one of them has a computed name.
    """
    found: set[str] = set()
    for module in modules:
        followed = {id(node) for node in _run_at_import(module.facts.body)}
        for node in nodes(module.facts.body):
            if not isinstance(node, f.Call):
                continue
            if id(node) in followed and (module.path, node.line, node.column) in classes:
                continue
            maker = called_name(node.func, module.renamed)
            if maker in {"exec", "new_class"} or _is_class_call(node, maker):
                name = node.args[0] if node.args and maker != "exec" else None
                if not (isinstance(name, f.Const) and isinstance(name.value, str)):
                    return None
                found.add(name.value)
    return frozenset(found)


def _is_class_call(node: f.Call, maker: str) -> bool:
    """`type(name, bases, namespace)`, or the same of a metaclass."""
    if len(node.args) != 3:
        return False
    return maker == "type" or (
        isinstance(node.args[0], f.Const)
        and isinstance(node.args[1], f.Items)
        and isinstance(node.args[2], f.Pairs | f.Call | f.Name)
    )


def _hides(module: Module, tables: Collection[Spot]) -> bool:
    calls: list[f.Call] = []
    for node in nodes(module.facts.body):
        if isinstance(node, f.Call):
            name = called_name(node.func, module.renamed)
            if name == "reflect":
                return True
            calls += [node] if name == "Table" else []
    if not calls:
        return False
    followed = {id(node) for node in _run_at_import(module.facts.body)}
    return any(
        id(call) not in followed or (module.path, call.line, call.column) not in tables
        for call in calls
    )


def _run_at_import(root: object) -> Iterator[object]:
    """The structs of what runs when a module is imported, less the bodies of its functions."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending += reversed(node)
        elif isinstance(node, msgspec.Struct) and not isinstance(node, f.FunctionDef | f.Lambda):
            yield node
            pending += [getattr(node, name) for name in reversed(node.__struct_fields__)]
