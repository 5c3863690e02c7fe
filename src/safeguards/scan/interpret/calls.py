"""Calls: of the project's own functions, of classes, and of what comes from elsewhere."""

from __future__ import annotations

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import strings
from safeguards.scan.interpret.displays import Displays, place_of
from safeguards.scan.interpret.run import returned
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Function, Scope
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
)

MAX_CALLS = 8
"""Depth of calls into the project's own functions."""

_SEQUENCE_MAKERS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted"})


class Calls(Displays):
    """Evaluates calls and what they are given."""

    def __init__(self) -> None:
        self._calls = 0

    def call_expression(self, expr: f.Call, scope: Scope) -> Value:
        """The result of a call."""
        func = self.value(expr.func, scope)
        args, kwargs, complete = self._arguments(expr, scope)
        place = place_of(expr, scope, expr.end_line)
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
            if isinstance(owner, Made) and f"{owner.symbol}.{func.name}" == "re.compile.sub":
                return strings.substitute([*owner.args, *args], {**owner.kwargs, **kwargs})
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


def _known_call(
    name: str, args: list[Value], kwargs: dict[str, Value], place: Place, complete: bool
) -> Value:
    """Calls whose result is plain from their arguments; every other call makes something."""
    if name in _SEQUENCE_MAKERS:
        if not args:
            return Sequence([])
        return args[0] if isinstance(args[0], Sequence) else Sequence([], complete=False)
    if name == "re.sub":
        return strings.substitute(args, kwargs)
    if name == "builtins.dict" and not args:
        return Mapping(dict(kwargs), complete=complete)
    if name in {"builtins.str", "sqlalchemy.quoted_name"} and args and text(args[0]) is not None:
        return args[0]
    if name.endswith("typing.cast") and len(args) == 2:
        return args[1]
    return Made(name, args, kwargs, place, complete=complete)
