"""Scopes and what is bound in them. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.values import Value

IMPERATIVE = ("map_imperatively", "mapper")
"""Functions that map a class to a table."""


class Binding:
    """One way in which a name gets its value.

    `value` is the evaluated value once it is known; `unpack` the positions to take from a
    tuple on the right; `previous` the binding that an augmented assignment builds on.
    """

    __slots__ = ("busy", "node", "previous", "scope", "typing_only", "unpack", "value")

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
        self.scope = scope
        self.value = value
        self.unpack = unpack
        self.previous = previous
        self.typing_only = typing_only
        self.busy = False


class ClassInfo(Value):
    """A class statement of the project; `scope` is its body."""

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
    only runs under a condition is kept apart in `conditional`.
    """

    __slots__ = (
        "assignments", "bindings", "calls", "classes", "conditional", "inner", "kind", "module",
        "owner", "parent", "path", "stars",
    )  # fmt: skip

    def __init__(
        self,
        module: Module,
        parent: Scope | None,
        kind: Literal["module", "class", "function"],
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
        self.conditional: list[f.Bind] = []
        self.calls: list[f.Do] = []
        self.inner: list[Scope] = []

    def closure(self) -> Scope | None:
        """The scope in which a function defined here looks names up (never a class body)."""
        scope: Scope | None = self
        while scope is not None and scope.kind == "class":
            scope = scope.parent
        return scope

    def walk(self) -> Iterator[Scope]:
        """This scope and those inside it that run when the module is imported."""
        yield self
        for info in self.classes:
            yield from info.scope.walk()
        called = self._called_names() if self.inner else frozenset()
        for scope in self.inner:
            if scope.path[-2] in called or scope.maps():
                yield from scope.walk()

    def maps(self) -> bool:
        """Whether statements here map classes imperatively: a function of start-up, then."""
        return any(_maps(call) for call in self.calls) or any(
            isinstance(binding.node, f.Bind) and _maps(binding.node)
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


class Module:
    """A file of the project with its top-level scope."""

    __slots__ = ("facts", "name", "path", "scope")

    def __init__(self, path: str, name: str, facts: f.FileFacts) -> None:
        self.path = path
        self.name = name
        self.facts = facts
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


def populate(scope: Scope, statements: Iterable[f.Statement], *, typing_only: bool = False) -> None:
    """Enter what these statements bind into the scope, both arms of every branch."""
    for node in statements:
        if isinstance(node, f.Bind):
            _bind(scope, node, node.target, (), typing_only)
        elif isinstance(node, f.Import):
            _bind_import(scope, node, typing_only)
        elif isinstance(node, f.ClassDef):
            info = ClassInfo(node, scope)
            scope.classes.append(info)
            _add(scope, node.name, Binding(None, scope, value=info, typing_only=typing_only))
        elif isinstance(node, f.FunctionDef):
            _add(scope, node.name, Binding(node, scope, typing_only=typing_only))
            _enter_function(scope, node)
        elif isinstance(node, f.Branch):
            if _is_main(node.test):
                continue
            certain = len(scope.assignments)
            only = typing_only or _is_type_checking(node.test)
            populate(scope, node.body, typing_only=only)
            populate(scope, node.orelse, typing_only=typing_only)
            scope.conditional += scope.assignments[certain:]
            del scope.assignments[certain:]
        elif isinstance(node, f.Loop):
            if node.target is not None:
                _bind_unknown(scope, node.target)
            populate(scope, node.body, typing_only=typing_only)
        elif isinstance(node, f.Do):
            scope.calls.append(node)


def _add(scope: Scope, name: str, binding: Binding) -> None:
    scope.bindings.setdefault(name, []).append(binding)


def _bind(
    scope: Scope, node: f.Bind, target: f.Expr, unpack: tuple[int, ...], typing_only: bool
) -> None:
    if isinstance(target, f.Name):
        earlier = scope.bindings.get(target.id) if node.op else None
        previous = earlier[-1] if earlier else None
        binding = Binding(node, scope, unpack=unpack, previous=previous, typing_only=typing_only)
        _add(scope, target.id, binding)
    elif isinstance(target, f.Items):
        for index, item in enumerate(target.items):
            _bind(scope, node, item, (*unpack, index), typing_only)
    elif isinstance(target, f.Attr) and not unpack:
        scope.assignments.append(node)


def _bind_import(scope: Scope, node: f.Import, typing_only: bool) -> None:
    if node.name == "*":
        scope.stars.append(node)
        return
    name = node.alias or node.name or node.module.split(".", 1)[0]
    _add(scope, name, Binding(node, scope, typing_only=typing_only))


def _bind_unknown(scope: Scope, target: f.Expr) -> None:
    if isinstance(target, f.Name):
        _add(scope, target.id, Binding(None, scope))
    elif isinstance(target, f.Items):
        for item in target.items:
            _bind_unknown(scope, item)


def _enter_function(scope: Scope, node: f.FunctionDef) -> None:
    """Classes defined or mapped inside a function are classes of the project too."""
    if not any(_has_class(row) or _maps(row) for row in node.body):
        return
    outer = scope.closure() or scope
    inner = Scope(scope.module, outer, "function", (*scope.path, node.name, "<locals>"))
    for param in node.params:
        _add(inner, param.name, Binding(None, inner))
    populate(inner, node.body)
    scope.inner.append(inner)


def _maps(node: f.Statement) -> bool:
    call = node.value if isinstance(node, f.Do | f.Bind) else None
    if not isinstance(call, f.Call):
        return False
    func = call.func
    name = func.attr if isinstance(func, f.Attr) else func.id if isinstance(func, f.Name) else ""
    return name in IMPERATIVE


def _has_class(node: f.Statement) -> bool:
    if isinstance(node, f.ClassDef):
        return True
    if isinstance(node, f.Branch):
        return any(_has_class(row) for row in (*node.body, *node.orelse))
    if isinstance(node, f.Loop | f.FunctionDef):
        return any(_has_class(row) for row in node.body)
    return False


def _is_main(test: f.Expr | None) -> bool:
    """`__name__ == "__main__"`: what runs only as a script is not part of the models."""
    return (
        isinstance(test, f.Operation)
        and test.op == "=="
        and any(isinstance(o, f.Name) and o.id == "__name__" for o in test.operands)
    )


def _is_type_checking(test: f.Expr | None) -> bool:
    if isinstance(test, f.Name):
        return test.id == "TYPE_CHECKING"
    return isinstance(test, f.Attr) and test.attr == "TYPE_CHECKING"
