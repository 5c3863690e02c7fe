"""Tables and classes that code makes where it cannot be followed: in helpers, lists, loops."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

import msgspec

from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import IMPERATIVE, called_name, nodes
from safeguards.scan.interpret.scopes import ClassInfo, Function, Module, Scope
from safeguards.scan.interpret.values import Made, Sequence, Symbol, Value
from safeguards.scan.project import Metadata, Registry
from safeguards.scan.resolve.calls_inside import Spotted, calls, pattern, scope_inside, ways
from safeguards.scan.resolve.lineage import Lineages

Spot = tuple[str, int, int]
"""Path, line and column of a call."""

_MAPPING = frozenset({*IMPERATIVE, "mapped", "mapped_as_dataclass"})
_ANY = ".*"


class _Made:
    """A class that a call may make: its name, and the registries it may be in; None is any."""

    __slots__ = ("name", "registries")

    def __init__(self, name: str, registries: frozenset[Registry] | None) -> None:
        self.name = name
        self.registries = registries


class Hidden:
    """Tells whether a class or a table of a name may be made where nothing else looks.

    `classes` and `tables` are the calls that are known to make one. The functions of the project
    are read once, when the first question comes.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        evaluator: Evaluator,
        lineages: Lineages,
        classes: Collection[Spot],
        tables: Callable[[], Collection[Spot]],
    ) -> None:
        self._modules = list(modules)
        self._evaluator = evaluator
        self._lineages = lineages
        self._classes = classes
        self._tables = tables
        self._made: list[_Made] | None = None
        self._table_names: list[str] | None = None

    def may_have_class(self, name: str, registry: Registry) -> bool:
        """Whether a call may make a mapped class of this name in this registry."""
        return any(
            re.fullmatch(made.name, name)
            for made in self._made_classes()
            if made.registries is None or registry in made.registries
        )

    def may_have_table(self, name: str, metadata: Metadata) -> bool:
        """Whether a table of this name may exist beside those that are known."""
        for made in self._made_classes():
            if made.registries is None or any(r.metadata is metadata for r in made.registries):
                return True
        if self._table_names is None:
            tables = self._tables()
            found = (each for m in self._modules for each in self._hidden_tables(m, tables))
            self._table_names = list(dict.fromkeys(found))
        return any(re.fullmatch(each, name) for each in self._table_names)

    # classes

    def _made_classes(self) -> list[_Made]:
        if self._made is None:
            self._made = [each for module in self._modules for each in self._made_in(module)]
        return self._made

    def _made_in(self, module: Module) -> Iterator[_Made]:
        """The mapped classes that calls in a module may make, beside the known ones."""
        spotted = [each for each in calls(module.facts.body) if _makes_class(each.call, module)]
        if not spotted:
            return
        followed = {id(node) for node in _run_at_import(module.facts.body)}
        for each in spotted:
            call = each.call
            known = (module.path, call.line, call.column) in self._classes
            if known and (id(call) in followed or self._runs_only_at_import(each, module)):
                continue
            maker = called_name(call.func, module.renamed)
            if maker == "exec":
                if not each.functions or _is_called_at_import(each.functions[0], module):
                    yield _Made(_ANY, None)
                continue
            scope = scope_inside(module, each.functions)
            registries = self._registries_of(each, maker, module, scope)
            if registries is None or registries:
                named = call.args and pattern(self._evaluator, call.args[0], scope, each)
                yield _Made(named or _ANY, registries)

    def _registries_of(
        self, each: Spotted, maker: str, module: Module, scope: Scope
    ) -> frozenset[Registry] | None:
        """The registries that a made class may be in, by its bases; None is any of them."""
        bases = each.call.args[1] if len(each.call.args) > 1 else None
        if maker not in {"type", "new_class"} or bases is None or _maps_by_hand(module):
            return None
        items = bases.items if isinstance(bases, f.Items) else (bases,)
        found: set[Registry] = set()
        for value in (v for item in items for v in ways(self._evaluator, item, scope, each)):
            if isinstance(bases, f.Items):
                parts = [value]
            elif isinstance(value, Sequence) and value.complete:
                parts = value.items
            else:
                return None
            for part in parts:
                brought = self._registry_of(part)
                if brought is None:
                    return None
                found |= brought
        return frozenset(found)

    def _registry_of(self, base: Value) -> frozenset[Registry] | None:
        """The registry that a base brings a class into, if any; None when the text hides it.

        A base from elsewhere brings a registry that is open anyhow.
        """
        if isinstance(base, ClassInfo):
            lineage = self._lineages.of(base)
            if lineage.foreign:
                return None
            root = lineage.root
        else:
            root = self._lineages.root_of_base(base)
            if root is None and not (isinstance(base, Symbol) and not base.kind):
                return None
        return frozenset([root.registry] if root is not None else [])

    def _runs_only_at_import(self, each: Spotted, module: Module) -> bool:
        """Whether every use of the function around a call is a call when its module is imported."""
        if len(each.functions) != 1 or not any(
            each.functions[0] is row for row in module.facts.body
        ):
            return False
        name = each.functions[0].name
        called = {
            id(node.func) for node in _run_at_import(module.facts.body) if isinstance(node, f.Call)
        }
        return not any(
            _mentions(node, name) and id(node) not in called
            for other in self._modules
            for node in nodes(other.facts.body)
        )

    # tables

    def _hidden_tables(self, module: Module, tables: Collection[Spot]) -> Iterator[str]:
        """The names, as regular expressions, of tables that calls in a module may make."""
        made = [
            each
            for each in calls(module.facts.body)
            if called_name(each.call.func, module.renamed) in {"Table", "reflect"}
        ]
        if not made:
            return
        followed = {id(node) for node in _run_at_import(module.facts.body)}
        for each in made:
            call = each.call
            known = (module.path, call.line, call.column) in tables
            if id(call) in followed and known:
                continue
            scope = scope_inside(module, each.functions)
            if called_name(call.func, module.renamed) == "reflect":
                owner = call.func.value if isinstance(call.func, f.Attr) else None
                if owner is None or not self._is_own_metadata(owner, each, module, scope):
                    yield _ANY
            elif self._may_be_table(each, module, scope):
                yield pattern(self._evaluator, call.args[0], scope, each) if call.args else _ANY

    def _may_be_table(self, each: Spotted, module: Module, scope: Scope) -> bool:
        args, keywords = each.call.args, each.call.keywords
        starred = any(isinstance(a, f.Star) for a in args) or any(not k.name for k in keywords)
        if len(args) < 2 and not starred and not any(k.name == "metadata" for k in keywords):
            return False  # it only looks one up, or is a table of another kind
        if any(self._is_other(func) for func in ways(self._evaluator, each.call.func, scope, each)):
            return False
        return not (len(args) > 1 and self._is_own_metadata(args[1], each, module, scope))

    def _is_other(self, func: Value) -> bool:
        """Whether what is called `Table` is a class or function of the project itself."""
        if isinstance(func, Function):
            return True
        if not isinstance(func, ClassInfo):
            return False
        foreign = self._lineages.of(func).foreign
        return not any(name.rpartition(".")[2] == "Table" for name in foreign)

    def _is_own_metadata(self, expr: f.Expr, each: Spotted, module: Module, scope: Scope) -> bool:
        """Whether a metadata is made by the function in which the call stands, for itself."""
        if not each.functions:
            return False
        found = ways(self._evaluator, expr, scope, each)
        inside = {(c.call.line, c.call.column) for c in calls(each.functions[0])}
        return all(
            isinstance(value, Made)
            and value.kind == "MetaData"
            and value.place.path == module.path
            and (value.place.line, value.place.column) in inside
            for value in found
        )


def _mentions(node: object, name: str) -> bool:
    if isinstance(node, f.Name):
        return node.id == name
    if isinstance(node, f.Attr):
        return node.attr == name
    return isinstance(node, f.Import) and node.name == name


def _makes_class(call: f.Call, module: Module) -> bool:
    maker = called_name(call.func, module.renamed)
    if maker == "exec":  # not a method of this name, such as that of a session
        return isinstance(call.func, f.Name)
    return maker == "new_class" or _is_class_call(call, maker)


def _is_class_call(node: f.Call, maker: str) -> bool:
    """`type(name, bases, namespace)`, or the same of a metaclass."""
    if len(node.args) != 3:
        return False
    return maker == "type" or (
        isinstance(node.args[0], f.Const)
        and isinstance(node.args[1], f.Items)
        and isinstance(node.args[2], f.Pairs | f.Call | f.Name)
    )


def _maps_by_hand(module: Module) -> bool:
    return any(
        called_name(each.call.func, module.renamed) in _MAPPING for each in calls(module.facts.body)
    )


def _is_called_at_import(function: f.FunctionDef, module: Module) -> bool:
    return any(
        isinstance(node, f.Call) and called_name(node.func) == function.name
        for node in _run_at_import(module.facts.body)
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
