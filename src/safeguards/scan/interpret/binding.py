"""What statements bind in a scope, in their order. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from safeguards.scan import facts as f
from safeguards.scan.interpret.reading import (
    ANYTHING,
    GROWTH,
    IN_PLACE,
    changes,
    decided,
    grown_outside,
    has_class,
    imported_as,
    is_display,
    is_main,
    is_type_checking,
    maps,
    names_bound,
)
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Module, Repeat, Scope
from safeguards.scan.interpret.values import Mapping, Sequence


def module_of(path: str, name: str, facts: f.FileFacts) -> Module:
    """The module that a file is, with all that its statements bind."""
    module = Module(path, name, facts)
    populate(module.scope, facts.body)
    return module


def _class(node: f.ClassDef, outer: Scope) -> ClassInfo:
    info = ClassInfo(node, outer)
    populate(info.scope, node.body)
    return info


def populate(
    scope: Scope,
    statements: Iterable[f.Statement],
    *,
    typing_only: bool = False,
    certain: bool = True,
) -> None:
    """Enter what these statements bind into the scope, both arms of every branch."""
    for node in statements:
        if isinstance(node, f.Bind):
            _bind(scope, node, node.target, (), typing_only, certain)
        elif isinstance(node, f.Import):
            _bind_import(scope, node, typing_only)
        elif isinstance(node, f.ClassDef):
            info = _class(node, _before(scope, node))
            scope.classes.append(info)
            _add(scope, node.name, Binding(None, scope, value=info, typing_only=typing_only))
        elif isinstance(node, f.FunctionDef):
            _add(scope, node.name, Binding(node, scope, typing_only=typing_only))
            _enter_function(scope, node)
        elif isinstance(node, f.Branch):
            _bind_branch(scope, node, typing_only, certain)
        elif isinstance(node, f.Loop):
            _bind_loop(scope, node)
        elif isinstance(node, f.Do):
            scope.calls.append(node)
            if not certain:
                scope.conditional.append(node)
            for change in changes(node):
                _bind(scope, change, change.target, (), typing_only, certain)


def _constant(scope: Scope, name: str) -> f.Expr | None:
    """The literal that a name is certainly bound to so far, by one statement of this scope."""
    bindings = scope.bindings.get(name, [])
    if len(bindings) != 1 or scope.stars or ANYTHING in scope.grown:
        return None
    node = bindings[0].node
    certain = bindings[0].certain and not bindings[0].unpack
    return node.value if isinstance(node, f.Bind) and certain and not node.op else None


def _bind_branch(scope: Scope, node: f.Branch, typing_only: bool, certain: bool) -> None:
    if is_main(node.test):
        return
    test = decided(node.test, partial(_constant, scope))
    if test is not None:
        arm = node.body if test else node.orelse
        populate(scope, arm, typing_only=typing_only, certain=certain)
        return
    kept = len(scope.assignments)
    only = typing_only or is_type_checking(node.test)
    populate(scope, node.body, typing_only=only, certain=False)
    populate(scope, node.orelse, typing_only=typing_only, certain=False)
    set_apart(scope, kept)


def set_apart(scope: Scope, kept: int) -> None:
    """Count assignments beyond the first `kept` as conditional."""
    scope.conditional += scope.assignments[kept:]
    del scope.assignments[kept:]


def _bind_loop(scope: Scope, node: f.Loop) -> None:
    repeat = Repeat(node, scope)
    scope.repeats.append(repeat)
    for name in names_bound(node):
        binding = Binding(None, scope, previous=_last(scope, name))
        binding.repeat = repeat
        repeat.given[name] = binding
        _add(scope, name, binding)


def _bind(
    scope: Scope,
    node: f.Bind,
    target: f.Expr,
    unpack: tuple[int, ...],
    typing_only: bool,
    certain: bool,
) -> None:
    if isinstance(target, f.Name):
        previous = _last(scope, target.id) if node.op else None
        if node.op in IN_PLACE and not (previous is not None and _may_grow(previous)):
            return
        binding = Binding(node, scope, unpack=unpack, previous=previous, typing_only=typing_only)
        binding.certain = certain
        _add(scope, target.id, binding)
    elif isinstance(target, f.Items):
        for index, item in enumerate(target.items):
            _bind(scope, node, item, (*unpack, index), typing_only, certain)
    elif isinstance(target, f.Attr) and not unpack:
        scope.assignments.append(node)
    elif isinstance(target, f.Subscript) and not unpack and node.value is not None:
        at = (node.line, node.column)
        added = f.Pairs(*at, (target.index,), (node.value,))
        grown = f.Bind(*at, target.value, added, None, GROWTH)
        if isinstance(target.value, f.Call):  # globals()[key] = value
            scope.outside().grown.add(ANYTHING)
            scope.calls.append(f.Do(*at, node.value))
        if isinstance(target.value, f.Name):
            _bind(scope, grown, target.value, (), typing_only, certain)


def _add(scope: Scope, name: str, binding: Binding) -> None:
    scope.bindings.setdefault(name, []).append(binding)


def _before(scope: Scope, node: f.ClassDef) -> Scope:
    """The scope of a class statement; in it, a base of the same name is what that was before."""
    earlier = _last(scope, node.name)
    if earlier is None or not any(isinstance(b, f.Name) and b.id == node.name for b in node.bases):
        return scope
    before = Scope(scope.module, scope, "block", scope.path)
    before.bindings[node.name] = [earlier]
    return before


def _may_grow(binding: Binding) -> bool:
    """Whether a name is bound to what may be a list or dict that the text shows."""
    if isinstance(binding.node, f.Bind):
        return bool(binding.node.op) or is_display(binding.node.value)
    return binding.repeat is not None or isinstance(binding.value, Sequence | Mapping)


def _last(scope: Scope, name: str) -> Binding | None:
    """What a name is bound to just before a statement, in this body or the one it is part of."""
    current: Scope | None = scope
    while current is not None:
        if name in current.bindings:
            return current.bindings[name][-1]
        current = current.parent if current.kind == "block" else None
    return None


def _bind_import(scope: Scope, node: f.Import, typing_only: bool) -> None:
    if node.name == "*":
        scope.stars.append(node)
        return
    _add(scope, imported_as(node), Binding(node, scope, typing_only=typing_only))


def _bind_globals(scope: Scope, node: f.FunctionDef) -> None:
    """What a function gives to names of the module that hold nothing yet (`db = None`)."""
    names = {name for row in node.body if isinstance(row, f.Global) for name in row.names}
    if not names:
        return
    module = scope.module.scope
    inner = Scope(scope.module, scope.closure() or scope, "function", (*scope.path, node.name))
    for param in node.params:
        _add(inner, param.name, Binding(None, inner))
    for row in node.body:
        given = row if isinstance(row, f.Bind) and not row.op else None
        target = given.target if given is not None else None
        if not (isinstance(target, f.Name) and target.id in names):
            populate(inner, (row,))
        elif _is_placeholder(module.bindings.get(target.id, [])):
            _add(module, target.id, Binding(given, inner))


def _is_placeholder(bindings: list[Binding]) -> bool:
    """Whether a name is bound to nothing but None, or only annotated."""
    nodes = [binding.node for binding in bindings]
    return all(
        isinstance(node, f.Bind)
        and not node.op
        and (node.value is None or (isinstance(node.value, f.Const) and node.value.value is None))
        for node in nodes
    )


def _enter_function(scope: Scope, node: f.FunctionDef) -> None:
    """Classes defined or mapped inside a function are classes of the project too."""
    scope.grown.update(grown_outside(node))
    _bind_globals(scope, node)
    if not any(has_class(row) or maps(row, scope.module.renamed) for row in node.body):
        return
    outer = scope.closure() or scope
    inner = Scope(scope.module, outer, "function", (*scope.path, node.name, "<locals>"))
    inner.function = node
    for param in node.params:
        _add(inner, param.name, Binding(None, inner))
    populate(inner, node.body)
    scope.inner.append(inner)
