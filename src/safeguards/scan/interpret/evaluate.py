"""Expressions → values, across files, with a bound on the work that one question may cost."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import Any

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import strings
from safeguards.scan.interpret.displays import place_of
from safeguards.scan.interpret.growth import grown, incomplete
from safeguards.scan.interpret.imports import Imports
from safeguards.scan.interpret.reading import (
    HANDED,
    grown_params,
    is_class_property,
    is_formula,
    param_of,
)
from safeguards.scan.interpret.run import Runs
from safeguards.scan.interpret.scopes import (
    MAX_WORK,
    Binding,
    ClassInfo,
    Function,
    Module,
    ModuleValue,
    Scope,
)
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Member,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from safeguards.scan.modules import ModuleIndex

MAX_DEPTH = 60
"""Depth of one evaluation, through names, modules and calls."""

MAX_CHAIN = 5_000
"""Statements that may add to one list or name, one after the other."""

MAX_STEPS = 50_000
"""Expressions that one evaluation may look at; no table that people write needs as many."""


class Evaluator(Runs):
    """Answers what an expression is in a scope; loads other modules when an import asks.

    `assigned` holds what statements outside a class put on it, such as `A.table = Table(…)`.
    """

    def __init__(self, index: ModuleIndex, load: Callable[[str], Module]) -> None:
        super().__init__()
        self.imports = Imports(index, load, self.bound)
        self.assigned: dict[tuple[ClassInfo, str], Binding] = {}
        self._depth = self._steps = 0

    # names

    def lookup(self, name: str, scope: Scope, line: int = 0) -> Value:
        """What a bare name means in a scope, for code that stands in that line of it."""
        current: Scope | None = scope
        while current is not None:
            bindings = current.bindings.get(name, ())
            if bindings and line and scope.kind == "class" and _are_not_yet(bindings, line):
                bindings = ()  # a class body sees the module's name until it binds its own
            line = 0
            settled = [b for b in bindings if not b.busy]
            if any(b.busy and b.repeat is not None for b in bindings):
                return Unknown("given by a loop that is still running")
            if settled:
                value = self.bound(settled)
                return incomplete(value) if name in current.grown else value
            if current.kind == "module":
                found = self.imports.from_stars(name, current)
                if found is not None:
                    return found
            inside, current = current, current.parent
            if current is not None and inside.kind != "block":
                current = current.closure()  # what a class body binds, only that body itself sees
        if hasattr(builtins, name):
            return Symbol(f"builtins.{name}")
        return Unknown(f"the name {name} is not bound")

    def is_typing_only(self, name: str, scope: Scope) -> bool:
        """Whether a name is bound for type checkers alone (under `TYPE_CHECKING`)."""
        current: Scope | None = scope
        while current is not None:
            if name in current.bindings:
                return all(binding.typing_only for binding in current.bindings[name])
            current = current.parent
        return False

    def bound(self, bindings: list[Binding]) -> Value:
        """The value of a name with these bindings: the last one that the text tells."""
        last: Value = Unknown("not bound")
        runtime = [b for b in bindings if not b.typing_only] or bindings
        for binding in reversed(runtime):
            value = self.binding(binding)
            if not isinstance(value, Unknown):
                return value
            last = value
        return last

    def alternatives(self, name: str, scope: Scope) -> list[Value]:
        """All that a name is bound to where it is bound, as in the arms of a `try`."""
        current: Scope | None = scope
        while current is not None:
            if name in current.bindings:
                return [self.binding(b) for b in current.bindings[name] if not b.typing_only]
            current = current.parent
        return []

    def binding(self, binding: Binding) -> Value:
        """The value of one binding, evaluated once."""
        if binding.value is None:
            for earlier in reversed(_built_on(binding)):
                self._settle(earlier)
            return self._settle(binding)
        return binding.value

    def _settle(self, binding: Binding) -> Value:
        if binding.value is None:
            if binding.busy:
                return Unknown("defined by itself")
            if binding.repeat is not None:
                self.unroll(binding.repeat)
            binding.busy = True
            try:
                binding.value = self._evaluate_binding(binding)
            finally:
                binding.busy = False
        return binding.value

    def _evaluate_binding(self, binding: Binding) -> Value:
        node, scope = binding.node, binding.scope
        if binding.repeat is not None:
            last = self.last_given(binding)
            return self.binding(last) if last else Unknown("not bound by any round of a loop")
        if isinstance(node, f.Import):
            return self.imports.imported(node, scope.module)
        if isinstance(node, f.FunctionDef):
            closure = scope.closure() or scope
            return Function(node.params, node.body, closure, node)
        if node is None or node.value is None:
            return Unknown("not known from the text")
        if node.op == HANDED:
            return self._after_call(binding, node)
        value = self.value(node.value, scope)
        for position in binding.unpack:
            if not isinstance(value, Sequence) or position >= len(value.items):
                return Unknown("unpacked from something unknown")
            value = value.items[position]
        if node.op:
            before = self.binding(binding.previous) if binding.previous else Unknown("nothing")
            return grown(node.op, before, value, certain=binding.certain)
        return value

    def _after_call(self, binding: Binding, node: f.Bind) -> Value:
        """What a list or dict is after a call was given it by name."""
        assert isinstance(node.value, f.Call)
        assert isinstance(node.target, f.Name)
        before = self.binding(binding.previous) if binding.previous else Unknown("nothing")
        if not isinstance(before, Sequence | Mapping):
            return before
        func = self.value(node.value.func, binding.scope)
        if isinstance(func, Function) and func.node is not None and func.node.kept:
            param = param_of(func.node, node.value, node.target.id)
            if param and param not in grown_params(func.node):
                return before
        return before if isinstance(func, Symbol) and func.kind else incomplete(before)

    # expressions

    def value(self, expr: f.Expr, scope: Scope) -> Value:
        """What an expression is in a scope; `Unknown` when the text does not tell."""
        if not self._depth:
            scope.module.work += self._steps
            self._steps = 0
        self._steps += 1
        if self._depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return Unknown("too deep, or too much work")
        if scope.module.work > MAX_WORK:
            return Unknown("too much work for one file")
        self._depth += 1
        try:
            return self._dispatch(expr, scope)
        finally:
            self._depth -= 1

    def _dispatch(self, expr: f.Expr, scope: Scope) -> Value:
        answer = _ANSWERS.get(type(expr))
        return Unknown("not interpreted") if answer is None else answer(self, expr, scope)

    def attribute(self, owner: Value, name: str, place: Place) -> Value:
        """What `owner.name` is."""
        if isinstance(owner, Symbol):
            return Symbol(f"{owner.name}.{name}")
        if isinstance(owner, ModuleValue):
            return self.imports.attribute(owner.module, name)
        if isinstance(owner, ClassInfo):
            return self._class_attribute(owner, name, place)
        if isinstance(owner, Made):
            return Member(owner, name, place)
        if isinstance(owner, Literal) and name == "value":
            return owner
        if isinstance(owner, Literal | Member | Sequence | Mapping | Function):
            return Member(owner, name, place)
        return Unknown(f"attribute {name} of something unknown")

    def _class_attribute(self, info: ClassInfo, name: str, place: Place) -> Value:
        if name == "__name__":
            return Literal(info.name, info.place)
        if name == "__qualname__":
            return Literal(info.qualname, info.place)
        for ancestor in self.ancestors(info):
            bindings = ancestor.scope.bindings.get(name)
            if bindings:
                value = self.bound(bindings)
                if isinstance(value, Function) and is_class_property(
                    value.node, name, ancestor.module.renamed
                ):
                    return self.call(value, [info], {})
                if isinstance(value, Function) and is_formula(value.node, ancestor.module.renamed):
                    value = self.call(value, [info], {})
                plain = isinstance(value, Literal | Sequence | Mapping | ClassInfo)
                return value if plain else Member(info, name, place)
            if (ancestor, name) in self.assigned:
                value = self.binding(self.assigned[ancestor, name])
                is_table = isinstance(value, Made) and value.kind == "Table"
                known = is_table or isinstance(value, ClassInfo)
                return value if known else Member(info, name, place)
        return Member(info, name, place)


_ANSWERS: dict[type[f.Node], Callable[[Evaluator, Any, Scope], Value]] = {
    f.Name: lambda e, expr, scope: e.lookup(expr.id, scope, expr.line),
    f.Const: lambda _, expr, scope: Literal(expr.value, place_of(expr, scope)),
    f.Call: lambda e, expr, scope: e.call_expression(expr, scope),
    f.Attr: lambda e, expr, scope: e.attribute(
        e.value(expr.value, scope), expr.attr, place_of(expr, scope)
    ),
    f.Items: lambda e, expr, scope: e.display(expr.items, scope),
    f.Pairs: lambda e, expr, scope: e.pairs(expr, scope),
    f.Format: lambda e, expr, scope: strings.concatenate(
        [e.value(part, scope) for part in expr.parts], plain=expr.plain
    ),
    f.Operation: lambda e, expr, scope: strings.operate(
        expr.op, [e.value(operand, scope) for operand in expr.operands]
    ),
    f.Lambda: lambda _, expr, scope: Function(expr.params, expr.body, _seen_later(scope)),
    f.Choice: lambda e, expr, scope: e.choice(expr, scope),
    f.Subscript: lambda e, expr, scope: e.subscript(expr, scope),
    f.Comprehension: lambda e, expr, scope: e.comprehension(expr, scope),
}


def _are_not_yet(bindings: Iterable[Binding], line: int) -> bool:
    """Whether every one of these statements stands below a line, or only annotates."""
    return all(
        b.node is not None
        and b.repeat is None
        and b.value is None
        and (b.node.line > line or (isinstance(b.node, f.Bind) and b.node.value is None))
        for b in bindings
    )


def _built_on(binding: Binding) -> list[Binding]:
    """The bindings that an augmented assignment builds on, latest first, not yet evaluated."""
    found: list[Binding] = []
    current = binding.previous
    while current is not None and current.value is None and len(found) < MAX_CHAIN:
        found.append(current)
        current = current.previous
    return found


def _seen_later(scope: Scope) -> Scope:
    """The scope in which the names of a lambda are looked up when it is called."""
    outside = scope.outside()
    return outside.closure() or outside
