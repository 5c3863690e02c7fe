"""Scopes and what is bound in them. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Literal

from safeguards.findings import Place
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
from safeguards.scan.interpret.values import Ending, Mapping, Sequence, Value


class Binding:
    """One way in which a name gets its value.

    `value` is the evaluated value once it is known; `unpack` the positions to take from a
    tuple on the right; `previous` the binding that an augmented assignment builds on, or that
    was there before the loop `repeat`, which gives the name its value. What is not `certain`
    stands under a condition.
    """

    __slots__ = (
        "busy", "certain", "node", "previous", "repeat", "scope", "typing_only", "unpack", "value",
    )  # fmt: skip

    def __init__(
        self,
        node: f.Bind | f.Import | f.FunctionDef | None,
        scope: Scope,
        *,
        value: Value | None = None,
        unpack: tuple[int, ...] = (),
        previous: Binding | None = None,
        typing_only: bool = False,
    ) -> None:
        self.node = node
        self.repeat: Repeat | None = None
        self.certain = True
        self.scope = scope
        self.value = value
        self.unpack = unpack
        self.previous = previous
        self.typing_only = typing_only
        self.busy = False


class Repeat:
    """A loop that a scope holds; `given` are the bindings through which it gives names values.

    `rounds` is set when it ran: a scope for each time, or a single one that stands for all when
    the text does not tell them. `ending` is how it ended.
    """

    __slots__ = ("ending", "given", "node", "rounds", "scope")

    def __init__(self, node: f.Loop, scope: Scope) -> None:
        self.node = node
        self.scope = scope
        self.given: dict[str, Binding] = {}
        self.ending: Ending | None = None
        self.rounds: list[Scope] | None = None


class ClassInfo(Value):
    """A class statement of the project, or a call that makes one; `scope` is its body."""

    __slots__ = ("module", "name", "node", "outer", "place", "qualname", "scope")

    def __init__(self, node: f.ClassDef, outer: Scope) -> None:
        self.node = node
        self.name = node.name
        self.outer = outer
        self.module = outer.module
        self.qualname = ".".join([*outer.path, node.name])
        self.place = Place(self.module.path, node.line, node.column, node.line)
        self.scope = Scope(outer.module, outer, "class", (*outer.path, node.name), owner=self)
        populate(self.scope, node.body)

    @property
    def identity(self) -> tuple[str, int, int]:
        """Path, line and column: the same for the same statement in every run."""
        return (self.place.path, self.place.line, self.place.column)


class Scope:
    """A module, class body or function body.

    `bindings` keeps every binding of a name in order; `classes`, `assignments` (to
    attributes, such as `A.b = …`) and `calls` (as statements) keep theirs. An assignment that
    only runs under a condition is kept apart in `conditional`, where such calls stand too.
    `blocks` are the bodies that ran here: the rounds of loops and the functions called. What
    functions add to is `grown`. `function` is the one whose body an `inner` scope is.
    """

    __slots__ = (
        "assignments", "bindings", "blocks", "calls", "classes", "conditional", "function", "grown",
        "inner", "kind", "module", "owner", "parent", "path", "repeats", "stars",
    )  # fmt: skip

    def __init__(
        self,
        module: Module,
        parent: Scope | None,
        kind: Literal["module", "class", "function", "block"],
        path: tuple[str, ...] = (),
        owner: ClassInfo | None = None,
    ) -> None:
        self.module = module
        self.parent = parent
        self.kind = kind
        self.path = path
        self.owner = owner
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[f.Import] = []
        self.classes: list[ClassInfo] = []
        self.assignments: list[f.Bind] = []
        self.conditional: list[f.Bind | f.Do] = []
        self.calls: list[f.Do] = []
        self.inner: list[Scope] = []
        self.repeats: list[Repeat] = []
        self.blocks: list[Scope] = []
        self.grown: set[str] = set()
        self.function: f.FunctionDef | None = None

    def closure(self) -> Scope | None:
        """The scope in which a function defined here looks names up (never a class body)."""
        scope: Scope | None = self
        while scope is not None and scope.kind == "class":
            scope = scope.parent
        return scope

    def outside(self) -> Scope:
        """The scope whose loops these are, in which names keep what the last round gave them."""
        scope = self
        while scope.kind == "block" and scope.parent is not None:
            scope = scope.parent
        return scope

    def walk(self) -> Iterator[Scope]:
        """This scope and those inside it that run when the module is imported."""
        yield self
        for info in self.classes:
            yield from info.scope.walk()
        for block in self.blocks:
            yield from block.walk()
        called = self._called_names() if self.inner else frozenset()
        for scope in self.inner:
            if scope.path[-2] in called or scope.maps():
                yield from scope.walk()

    def maps(self) -> bool:
        """Whether statements here map classes imperatively: a function of start-up, then."""
        return any(maps(call) for call in self.calls) or any(
            isinstance(binding.node, f.Bind) and maps(binding.node)
            for bindings in self.bindings.values()
            for binding in bindings
        )

    def dormant(self) -> Iterator[Scope]:
        """Function bodies below this scope that no import runs, as far as the text tells."""
        running = set(self.walk())
        pending = list(running)
        while pending:
            for scope in pending.pop().inner:
                if scope not in running:
                    yield scope
                    pending.append(scope)

    def _called_names(self) -> frozenset[str]:
        """Names of functions that statements of this scope call."""
        values = [call.value for call in self.calls]
        for bindings in self.bindings.values():
            values += [
                b.node.value for b in bindings if isinstance(b.node, f.Bind) and b.node.value
            ]
        calls = [value.func for value in values if isinstance(value, f.Call)]
        return frozenset(func.id for func in calls if isinstance(func, f.Name))


MAX_WORK = 2_000_000
"""What may be done for one file, in expressions looked at; beyond, nothing of it is told."""


class Module:
    """A file of the project with its top-level scope; `work` is what was done for it so far.

    `longest_name` is its import name if imports start at the project's top: folders without an
    `__init__.py` may be packages too.
    """

    __slots__ = ("facts", "longest_name", "name", "path", "scope", "work")

    def __init__(self, path: str, name: str, facts: f.FileFacts) -> None:
        self.path = path
        self.name = name
        self.longest_name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.facts = facts
        self.work = 0
        self.scope = Scope(self, None, "module")
        populate(self.scope, facts.body)


class ModuleValue(Value):
    """A module of the project."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        self.module = module


class Function(Value):
    """A function or lambda of the project, with the scope that it closes over."""

    __slots__ = ("body", "node", "params", "scope")

    def __init__(
        self,
        params: tuple[f.Param, ...],
        body: tuple[f.Statement, ...] | f.Expr,
        scope: Scope,
        node: f.FunctionDef | None = None,
    ) -> None:
        self.params = params
        self.body = body
        self.scope = scope
        self.node = node


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
            info = ClassInfo(node, _before(scope, node))
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


def _enter_function(scope: Scope, node: f.FunctionDef) -> None:
    """Classes defined or mapped inside a function are classes of the project too."""
    scope.grown.update(grown_outside(node))
    if not any(has_class(row) or maps(row) for row in node.body):
        return
    outer = scope.closure() or scope
    inner = Scope(scope.module, outer, "function", (*scope.path, node.name, "<locals>"))
    inner.function = node
    for param in node.params:
        _add(inner, param.name, Binding(None, inner))
    populate(inner, node.body)
    scope.inner.append(inner)
