"""Modules, classes, functions, and the scopes in which they bind names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.reading import maps, renamed_imports
from safeguards.scan.interpret.values import Ending, Value


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
        renamed = self.module.renamed
        return any(maps(call, renamed) for call in self.calls) or any(
            isinstance(binding.node, f.Bind) and maps(binding.node, renamed)
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

    __slots__ = ("facts", "longest_name", "name", "path", "renamed", "scope", "work")

    def __init__(self, path: str, name: str, facts: f.FileFacts) -> None:
        self.path = path
        self.name = name
        self.longest_name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.facts = facts
        self.renamed = renamed_imports(facts.body)
        self.work = 0
        self.scope = Scope(self, None, "module")


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
