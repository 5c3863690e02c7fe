"""Expressions → values, across files, with a bound on the work that one question may cost."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import Any

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import strings
from safeguards.scan.interpret.imports import Imports
from safeguards.scan.interpret.run import returned
from safeguards.scan.interpret.scopes import (
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
    text,
    truth,
)
from safeguards.scan.modules import ModuleIndex

MAX_CALLS = 8
"""Depth of calls into the project's own functions."""

MAX_DEPTH = 60
"""Depth of one evaluation, through names, modules and calls."""

MAX_STEPS = 50_000
"""Expressions that one evaluation may look at; no table that people write needs as many."""

_SEQUENCE_MAKERS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted"})


class Evaluator:
    """Answers what an expression is in a scope; loads other modules when an import asks.

    `assigned` holds what statements outside a class put on it, such as `A.table = Table(…)`.
    """

    def __init__(self, index: ModuleIndex, load: Callable[[str], Module]) -> None:
        self.imports = Imports(index, load, self.bound)
        self.assigned: dict[tuple[ClassInfo, str], Binding] = {}
        self._depth = self._steps = 0
        self._calls = 0

    # names

    def lookup(self, name: str, scope: Scope) -> Value:
        """What a bare name means in a scope."""
        current: Scope | None = scope
        while current is not None:
            settled = [b for b in current.bindings.get(name, ()) if not b.busy]
            if settled:
                return self.bound(settled)
            if current.kind == "module":
                found = self.imports.from_stars(name, current)
                if found is not None:
                    return found
            current = current.parent
            if current is not None:  # what a class body binds, only that body itself sees
                current = current.closure()
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

    def binding(self, binding: Binding) -> Value:
        """The value of one binding, evaluated once."""
        if binding.value is None:
            if binding.busy:
                return Unknown("defined by itself")
            binding.busy = True
            try:
                binding.value = self._evaluate_binding(binding)
            finally:
                binding.busy = False
        return binding.value

    def _evaluate_binding(self, binding: Binding) -> Value:
        node, scope = binding.node, binding.scope
        if isinstance(node, f.Import):
            return self.imports.imported(node, scope.module)
        if isinstance(node, f.FunctionDef):
            closure = scope.closure() or scope
            return Function(node.params, node.body, closure, node)
        if node is None or node.value is None:
            return Unknown("not known from the text")
        value = self.value(node.value, scope)
        for position in binding.unpack:
            if not isinstance(value, Sequence) or position >= len(value.items):
                return Unknown("unpacked from something unknown")
            value = value.items[position]
        if node.op:
            before = self.binding(binding.previous) if binding.previous else Unknown("nothing")
            return strings.operate(node.op, [before, value])
        return value

    # expressions

    def value(self, expr: f.Expr, scope: Scope) -> Value:
        """What an expression is in a scope; `Unknown` when the text does not tell."""
        self._steps = self._steps + 1 if self._depth else 0
        if self._depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return Unknown("too deep, or too much work")
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
                plain = isinstance(value, Literal | Sequence | Mapping | ClassInfo)
                return value if plain else Member(info, name, place)
            if (ancestor, name) in self.assigned:
                value = self.binding(self.assigned[ancestor, name])
                is_table = isinstance(value, Made) and value.kind == "Table"
                return value if is_table else Member(info, name, place)
        return Member(info, name, place)

    def ancestors(self, info: ClassInfo) -> list[ClassInfo]:
        """A class of the project and its bases in the project, depth first, each once."""
        found: list[ClassInfo] = []
        pending = [info]
        while pending:
            current = pending.pop()
            if current not in found:
                found.append(current)
                bases = [self.value(base, current.outer) for base in current.node.bases]
                pending += [base for base in reversed(bases) if isinstance(base, ClassInfo)]
        return found

    # calls

    def call_expression(self, expr: f.Call, scope: Scope) -> Value:
        """The result of a call."""
        func = self.value(expr.func, scope)
        args, kwargs, complete = self._arguments(expr, scope)
        place = _place(expr, scope, expr.end_line)
        if isinstance(func, Function):
            return self.call(func, args, kwargs)
        if isinstance(func, ClassInfo):
            symbol = self.foreign_base(func)
            return Made(symbol, args, kwargs, place, complete=complete, info=func)
        if isinstance(func, Symbol):
            return _known_call(func.name, args, kwargs, place, complete)
        if isinstance(func, Member):
            if isinstance(func.owner, Literal | Sequence | Mapping):
                return strings.call_method(func.owner, func.name, args, kwargs)
            owner = func.owner
            symbol = f"{owner.symbol}.{func.name}" if isinstance(owner, Made) else func.name
            return Made(symbol, args, kwargs, place, complete=complete, receiver=owner)
        return Unknown("the result of calling something unknown")

    def call(self, function: Function, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """What a function of the project returns for these arguments."""
        if self._calls >= MAX_CALLS:
            return Unknown("calls nested too deep")
        scope = Scope(function.scope.module, function.scope, "function", function.scope.path)
        if not self._bind_params(function, scope, args, kwargs):
            return Unknown("called with other arguments than it takes")
        self._calls += 1
        try:
            if isinstance(function.body, tuple):
                if function.node is not None and not function.node.kept:
                    return Unknown(f"what {function.node.name}() returns")
                return returned(self.value, function.body, scope)
            return self.value(function.body, scope)
        finally:
            self._calls -= 1

    def _bind_params(
        self, function: Function, scope: Scope, args: list[Value], kwargs: dict[str, Value]
    ) -> bool:
        rest, named = list(args), dict(kwargs)
        for param in function.params:
            value: Value
            if param.kind == "*":
                value, rest = Sequence(rest), []
            elif param.kind == "**":
                value, named = Mapping(named), {}
            elif param.kind == "p" and rest:
                value = rest.pop(0)
            elif param.name in named:
                value = named.pop(param.name)
            elif param.default is not None:
                value = self.value(param.default, function.scope)
            else:
                value = Unknown(f"parameter {param.name}")
            scope.bindings[param.name] = [Binding(None, scope, value=value)]
        return not rest

    def foreign_base(self, info: ClassInfo) -> str:
        """The first base from outside the project, or an empty string."""
        for ancestor in self.ancestors(info):
            for base in ancestor.node.bases:
                value = self.value(base, ancestor.outer)
                if isinstance(value, Symbol):
                    return value.name
        return ""

    def _arguments(self, expr: f.Call, scope: Scope) -> tuple[list[Value], dict[str, Value], bool]:
        args = self.display(expr.args, scope)
        kwargs: dict[str, Value] = {}
        complete = args.complete
        for keyword in expr.keywords:
            value = self.value(keyword.value, scope)
            if keyword.name is not None:
                kwargs[keyword.name] = value
            elif isinstance(value, Mapping):
                kwargs.update(value.items)
                complete = complete and value.complete
            else:
                complete = False
        return args.items, kwargs, complete

    # displays and choices

    def display(self, items: Iterable[f.Expr], scope: Scope) -> Sequence:
        """A list, tuple, set or argument list."""
        found: list[Value] = []
        complete = True
        for item in items:
            if not isinstance(item, f.Star):
                found.append(self.value(item, scope))
                continue
            inner = self.value(item.value, scope)
            if isinstance(inner, Sequence):
                found += inner.items
                complete = complete and inner.complete
            else:
                complete = False
        return Sequence(found, complete=complete)

    def pairs(self, expr: f.Pairs, scope: Scope) -> Value:
        """A dict display."""
        items: dict[str, Value] = {}
        complete = True
        for key, value in zip(expr.keys, expr.values, strict=True):
            found = self.value(value, scope)
            if key is None:
                if isinstance(found, Mapping):
                    items.update(found.items)
                    complete = complete and found.complete
                else:
                    complete = False
                continue
            name = text(self.value(key, scope))
            if name is None:
                complete = False
            else:
                items[name] = found
        return Mapping(items, complete=complete)

    def choice(self, expr: f.Choice, scope: Scope) -> Value:
        """A conditional expression."""
        test = truth(self.value(expr.test, scope))
        if test is None:
            return Unknown("depends on a condition")
        return self.value(expr.body if test else expr.orelse, scope)

    def subscript(self, expr: f.Subscript, scope: Scope) -> Value:
        """`value[index]`."""
        owner = self.value(expr.value, scope)
        if isinstance(owner, Symbol) and owner.name.endswith(".Annotated"):
            return self._annotated(owner, expr, scope)
        if isinstance(owner, Symbol | ClassInfo):
            return owner
        index = self.value(expr.index, scope)
        if isinstance(index, Literal):
            if isinstance(owner, Mapping) and isinstance(index.value, str):
                return owner.items.get(index.value, Unknown("a key that is not there"))
            if isinstance(owner, Sequence) and isinstance(index.value, int):
                in_range = owner.complete and -len(owner.items) <= index.value < len(owner.items)
                return owner.items[index.value] if in_range else Unknown("an index out of range")
            if isinstance(owner, Member | Made) and isinstance(index.value, str):
                return Member(owner, index.value, index.place)
        return Unknown("an element of something unknown")

    def _annotated(self, owner: Symbol, expr: f.Subscript, scope: Scope) -> Value:
        parts = expr.index.items if isinstance(expr.index, f.Items) else (expr.index,)
        return Made(owner.name, [self.value(p, scope) for p in parts], {}, _place(expr, scope))

    def comprehension(self, expr: f.Comprehension, scope: Scope) -> Value:
        """A comprehension over known elements."""
        source = self.value(expr.iterable, scope)
        if not isinstance(source, Sequence) or not source.complete or expr.conditions:
            return Sequence([], complete=False)
        found: list[Value] = []
        for item in source.items:
            inner = Scope(scope.module, scope, "function", scope.path)
            if not isinstance(expr.target, f.Name):
                return Sequence([], complete=False)
            inner.bindings[expr.target.id] = [Binding(None, inner, value=item)]
            found.append(self.value(expr.element, inner))
        return Sequence(found)


_ANSWERS: dict[type[f.Node], Callable[[Evaluator, Any, Scope], Value]] = {
    f.Name: lambda e, expr, scope: e.lookup(expr.id, scope),
    f.Const: lambda _, expr, scope: Literal(expr.value, _place(expr, scope)),
    f.Call: lambda e, expr, scope: e.call_expression(expr, scope),
    f.Attr: lambda e, expr, scope: e.attribute(
        e.value(expr.value, scope), expr.attr, _place(expr, scope)
    ),
    f.Items: lambda e, expr, scope: e.display(expr.items, scope),
    f.Pairs: lambda e, expr, scope: e.pairs(expr, scope),
    f.Format: lambda e, expr, scope: strings.concatenate(
        [e.value(part, scope) for part in expr.parts], plain=expr.plain
    ),
    f.Operation: lambda e, expr, scope: strings.operate(
        expr.op, [e.value(operand, scope) for operand in expr.operands]
    ),
    f.Lambda: lambda _, expr, scope: Function(expr.params, expr.body, scope.closure() or scope),
    f.Choice: lambda e, expr, scope: e.choice(expr, scope),
    f.Subscript: lambda e, expr, scope: e.subscript(expr, scope),
    f.Comprehension: lambda e, expr, scope: e.comprehension(expr, scope),
}


def _known_call(
    name: str, args: list[Value], kwargs: dict[str, Value], place: Place, complete: bool
) -> Value:
    """Calls whose result is plain from their arguments; every other call makes something."""
    if name in _SEQUENCE_MAKERS:
        if not args:
            return Sequence([])
        return args[0] if isinstance(args[0], Sequence) else Sequence([], complete=False)
    if name == "builtins.dict" and not args:
        return Mapping(dict(kwargs), complete=complete)
    if name in {"builtins.str", "sqlalchemy.quoted_name"} and args and text(args[0]) is not None:
        return args[0]
    if name.endswith("typing.cast") and len(args) == 2:
        return args[1]
    return Made(name, args, kwargs, place, complete=complete)


def _place(expr: f.Node, scope: Scope, end_line: int = 0) -> Place:
    return Place(scope.module.path, expr.line, expr.column, max(end_line, expr.line))
