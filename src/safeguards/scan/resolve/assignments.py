"""What is put on a class after its statement: `A.b = …`, `setattr(…)`, `add_property(…)`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import ANYTHING, RELATIONSHIP_NAMES, called_name
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Scope
from safeguards.scan.interpret.values import Made, Mapping, Member, Unknown, Value, text

_SETTERS = frozenset({"add_mapped_attribute", "setattr"})
_ADDERS = frozenset({"add_properties", "add_property"})
_PARTS = frozenset({"Column", "mapped_column", "relationship"})
_MAPPER_OF = frozenset({"class_mapper", "inspect"})


class Assignment:
    """One attribute put on a class, with what is put there and where that is said."""

    __slots__ = ("binding", "name", "place", "scope")

    def __init__(self, name: str, binding: Binding, scope: Scope, place: Place) -> None:
        self.name = name
        self.binding = binding
        self.scope = scope
        self.place = place


class Perhaps:
    """What is put on a class under a condition; a relationship when it is no `column`."""

    __slots__ = ("column", "name", "place", "reason")

    def __init__(self, name: str, place: Place, reason: str, *, column: bool) -> None:
        self.name = name
        self.place = place
        self.reason = reason
        self.column = column


class Assignments:
    """Collects assignments to classes; `altered` tells of those that the text leaves open, but
    for those under a condition whose names it tells: they are in `perhaps`.

    `stray` tells of one that may be to any class.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[ClassInfo, list[Assignment]] = {}
        self.altered: dict[ClassInfo, str] = {}
        self.perhaps: dict[ClassInfo, list[Perhaps]] = {}
        self.stray = ""

    def of(self, info: ClassInfo) -> list[Assignment]:
        """What is put on a class, in order."""
        return self._known.get(info, [])

    def collect(self, scope: Scope) -> None:
        """Enter what the statements of a scope put on classes."""
        for node in scope.assignments:
            assert isinstance(node.target, f.Attr)
            owner = self._evaluator.value(node.target.value, scope)
            if isinstance(owner, ClassInfo):
                self._add(owner, node.target.attr, Binding(node, scope), node)
            elif isinstance(owner, Unknown) and _makes_part(node.value, scope):
                self.stray = f"line {node.line} of {scope.module.path} changes unknown classes"
        for call in scope.calls:
            if isinstance(call.value, f.Call) and call not in scope.conditional:
                self._collect_call(call.value, scope)
        if scope.owner is not None and ANYTHING in scope.grown:
            self.altered[scope.owner] = f"{scope.owner.name} has attributes of computed names"
        for open_node in scope.conditional:
            self._leave_open(open_node, scope)

    def _add(self, owner: ClassInfo, name: str, binding: Binding, node: f.Node) -> None:
        scope = binding.scope
        place = Place(scope.module.path, node.line, node.column, node.line)
        self._known.setdefault(owner, []).append(Assignment(name, binding, scope, place))
        self._evaluator.assigned[owner, name] = binding

    def _collect_call(self, call: f.Call, scope: Scope) -> None:
        maker = called_name(call.func, scope.module.renamed)
        if maker in _SETTERS and len(call.args) == 3 and not call.keywords:
            owner = self._evaluator.value(call.args[0], scope)
            if isinstance(owner, ClassInfo):
                self._put(owner, call.args[1], call.args[2], scope)
            elif isinstance(owner, Unknown) and _makes_part(call.args[2], scope):
                self.stray = f"line {call.line} of {scope.module.path} changes unknown classes"
        elif maker in _ADDERS and isinstance(call.func, f.Attr):
            mapped = self._mapped(self._evaluator.value(call.func.value, scope))
            if mapped is not None and maker == "add_property" and len(call.args) == 2:
                self._put(mapped, call.args[0], call.args[1], scope)
            elif mapped is not None:
                self._put_all(mapped, call, scope)

    def _put(self, owner: ClassInfo, key: f.Expr, value: f.Expr, scope: Scope) -> None:
        name = text(self._evaluator.value(key, scope))
        if name is None:
            self.altered[owner] = f"an attribute of {owner.name} is set under a computed name"
            return
        written = f.Bind(value.line, value.column, key, value, None, "")
        self._add(owner, name, Binding(written, scope), written)

    def _put_all(self, owner: ClassInfo, call: f.Call, scope: Scope) -> None:
        given = self._evaluator.value(call.args[0], scope) if len(call.args) == 1 else None
        if not isinstance(given, Mapping) or not given.complete:
            self.altered[owner] = f"properties of {owner.name} are added by a computed dict"
            return
        for name, value in given.items.items():
            self._add(owner, name, Binding(None, scope, value=value), call)

    def _mapped(self, value: Value) -> ClassInfo | None:
        """The class behind `A.__mapper__`, `inspect(A)` or `class_mapper(A)`."""
        if isinstance(value, Member) and value.name == "__mapper__":
            return value.owner if isinstance(value.owner, ClassInfo) else None
        if isinstance(value, Made) and value.symbol.rpartition(".")[2] in _MAPPER_OF:
            first = value.args[0] if value.args else None
            return first if isinstance(first, ClassInfo) else None
        return None

    def _leave_open(self, node: f.Bind | f.Do, scope: Scope) -> None:
        for expr, what in _changed(node, scope):
            owner = self._evaluator.value(expr, scope)
            found = owner if isinstance(owner, ClassInfo) else self._mapped(owner)
            reason = f"{found.name}{what} is set under a condition" if found is not None else ""
            named = what[:1] == "." and what[1:3] != "__" and isinstance(owner, ClassInfo)
            if found is not None and named and isinstance(node, f.Bind):
                place = Place(scope.module.path, node.line, node.column, node.line)
                relates = _calls_one_of(node.value, RELATIONSHIP_NAMES, scope)
                perhaps = Perhaps(what[1:], place, reason, column=not relates)
                self.perhaps.setdefault(found, []).append(perhaps)
            elif found is not None:
                self.altered[found] = reason
            elif isinstance(owner, Unknown) and _makes_part(_put_there(node), scope):
                self.stray = f"line {node.line} of {scope.module.path} changes unknown classes"


def _makes_part(value: f.Expr | None, scope: Scope) -> bool:
    """Whether an expression makes a column or a relationship."""
    return _calls_one_of(value, _PARTS, scope)


def _calls_one_of(value: f.Expr | None, names: Collection[str], scope: Scope) -> bool:
    return isinstance(value, f.Call) and called_name(value.func, scope.module.renamed) in names


def _put_there(node: f.Bind | f.Do) -> f.Expr | None:
    if isinstance(node, f.Bind):
        return node.value
    return node.value.args[-1] if isinstance(node.value, f.Call) and node.value.args else None


def _changed(node: f.Bind | f.Do, scope: Scope) -> Iterator[tuple[f.Expr, str]]:
    """The expressions of the classes that a statement may change, with the attribute if known."""
    if isinstance(node, f.Bind):
        if isinstance(node.target, f.Attr):
            yield node.target.value, f".{node.target.attr}"
    elif isinstance(node.value, f.Call):
        maker = called_name(node.value.func, scope.module.renamed)
        if maker in _SETTERS and node.value.args:
            yield node.value.args[0], ""
        elif maker in _ADDERS and isinstance(node.value.func, f.Attr):
            yield node.value.func.value, ""
