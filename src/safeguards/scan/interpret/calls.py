"""Calls: of the project's own functions, of classes, and of what comes from elsewhere."""

from __future__ import annotations

from abc import abstractmethod

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import known, patterns, strings
from safeguards.scan.interpret.displays import Displays, place_of
from safeguards.scan.interpret.made_classes import made_class, makes_class
from safeguards.scan.interpret.reading import bases_of
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Function, Scope
from safeguards.scan.interpret.values import (
    Given,
    Literal,
    Made,
    Mapping,
    Member,
    Partial,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
)

MAX_CALLS = 8
"""Depth of calls into the project's own functions."""

_RUN_ONCE = frozenset({"block", "function"})
_PATTERN_METHODS = frozenset({"re.compile.findall", "re.compile.split", "re.compile.sub"})
_METHODS = frozenset({"classmethod", "staticmethod"})


class Calls(Displays):
    """Evaluates calls and what they are given.

    `called` are the functions, by the identity of their statement, that ran for a caller.
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls = 0
        self._results: dict[tuple[int, int], tuple[f.Call, Scope, Value]] = {}
        self.called: set[int] = set()

    @abstractmethod
    def returned(self, body: tuple[f.Statement, ...], scope: Scope) -> Value:
        """What a function body returns."""

    @abstractmethod
    def attribute(self, owner: Value, name: str, place: Place) -> Value:
        """What `owner.name` is."""

    def call_expression(self, expr: f.Call, scope: Scope) -> Value:
        """The result of a call; the same call in the same scope is made once."""
        key = (id(expr), id(scope))
        if key in self._results:
            return self._results[key][-1]
        func = self.value(expr.func, scope)
        args, kwargs, complete = self._arguments(expr, scope)
        place = place_of(expr, scope, expr.end_line)
        given = Given(args, kwargs, place, complete=complete)
        value = self._result(func, given, scope)
        if scope.kind in _RUN_ONCE or isinstance(func, Function) or isinstance(value, ClassInfo):
            self._results[key] = (expr, scope, value)
        return value

    def _result(self, func: Value, given: Given, scope: Scope) -> Value:
        args, kwargs, place = given.args, given.kwargs, given.place
        if isinstance(func, Function):
            return self.call(func, args, kwargs, caller=scope, complete=given.complete)
        if isinstance(func, Partial):
            return self._result(func.func, func.with_more(given), scope)
        if makes_class(func, given) or self._is_metaclass(func, given):
            return made_class(given, scope, self._body_of(given))
        if isinstance(func, ClassInfo):
            symbol = self.foreign_base(func)
            return Made(symbol, args, kwargs, place, complete=given.complete, info=func)
        if isinstance(func, Symbol):
            if func.name == "builtins.getattr" and len(given.args) == 2:
                name = text(given.args[1])
                return self.attribute(args[0], name, place) if name else Unknown("computed")
            return known.call(func.name, given)
        if isinstance(func, Member):
            return self._method(func, given, scope)
        return Unknown("the result of calling something unknown")

    def _is_metaclass(self, func: Value, given: Given) -> bool:
        """Whether a call of a class of the project makes a class."""
        if not isinstance(func, ClassInfo) or len(given.args) != 3:
            return False
        return self.foreign_base(func).endswith((".DeclarativeMeta", "builtins.type"))

    def _method(self, func: Member, given: Given, scope: Scope) -> Value:
        owner = func.owner
        if isinstance(owner, Literal | Sequence | Mapping):
            return strings.call_method(owner, func.name, given)
        if isinstance(owner, ClassInfo):
            function, takes_class = self._method_of_class(owner, func.name)
            if function is not None:
                args = [owner, *given.args] if takes_class else given.args
                return self.call(
                    function, args, given.kwargs, caller=scope, complete=given.complete
                )
        symbol = f"{owner.symbol}.{func.name}" if isinstance(owner, Made) else func.name
        if isinstance(owner, Made) and symbol in _PATTERN_METHODS:
            given = Partial(owner, Given(owner.args, owner.kwargs, given.place)).with_more(given)
            return patterns.call(func.name, given)
        return Made(
            symbol, given.args, given.kwargs, given.place, complete=given.complete, receiver=owner
        )

    def _method_of_class(self, info: ClassInfo, name: str) -> tuple[Function | None, bool]:
        """A static or class method of a class, and whether it is given the class."""
        for ancestor in self.ancestors(info):
            bindings = ancestor.scope.bindings.get(name)
            if bindings:
                node = bindings[-1].node
                if isinstance(node, f.FunctionDef):
                    scope = ancestor.scope.closure() or ancestor.scope
                    names = [d.id for d in node.decorators if isinstance(d, f.Name)]
                    if not _METHODS.isdisjoint(names):
                        function = Function(node.params, node.body, scope, node)
                        return function, "classmethod" in names
                break
        return None, False

    def _body_of(self, given: Given) -> Value | None:
        """The namespace that the function given to `types.new_class` fills."""
        fill = given.kwargs.get("exec_body") or (given.args[3] if len(given.args) > 3 else None)
        if not isinstance(fill, Function) or len(fill.params) != 1:
            return None
        name = fill.params[0].name
        body = fill.body
        if isinstance(body, f.Call):  # lambda namespace: namespace.update(…)
            body = (f.Do(body.line, body.column, body),)
        if not isinstance(body, tuple):
            return None
        frame = Scope(fill.scope.module, fill.scope, "function", fill.scope.path)
        frame.bindings[name] = [Binding(None, frame, value=Mapping({}))]
        self.returned(body, frame)
        return self.value(f.Name(given.place.line, given.place.column, name), frame)

    def call(
        self,
        function: Function,
        args: list[Value],
        kwargs: dict[str, Value],
        *,
        caller: Scope | None = None,
        complete: bool = True,
    ) -> Value:
        """What a function of the project returns for these arguments.

        What its body does is counted among what runs in the scope `caller`.
        """
        if self._calls >= MAX_CALLS:
            return Unknown("calls nested too deep")
        node = function.node
        inside = (node.name, "<locals>") if node is not None else ()
        path = (*function.scope.path, *inside)
        scope = Scope(function.scope.module, function.scope, "function", path)
        if not self._bind_params(function, scope, args, kwargs, complete=complete):
            return Unknown("called with other arguments than it takes")
        self._calls += 1
        try:
            if not isinstance(function.body, tuple):
                return self.value(function.body, scope)
            if node is not None and not node.kept:
                return Unknown(f"what {node.name}() returns")
            if caller is not None:
                caller.blocks.append(scope)
                self.called.add(id(node))
            return self.returned(function.body, scope)
        finally:
            self._calls -= 1

    def _bind_params(
        self,
        function: Function,
        scope: Scope,
        args: list[Value],
        kwargs: dict[str, Value],
        *,
        complete: bool,
    ) -> bool:
        rest, named = list(args), dict(kwargs)
        for param in function.params:
            value: Value
            if param.kind == "*":
                value, rest = Sequence(rest, complete=complete), []
            elif param.kind == "**":
                value, named = Mapping(named, complete=complete), {}
            elif param.kind == "p" and rest:
                value = rest.pop(0)
            elif param.name in named:
                value = named.pop(param.name)
            elif not complete:
                value = Unknown(f"parameter {param.name}")
            elif param.default is not None:
                value = self.value(param.default, function.scope)
            else:
                value = Unknown(f"parameter {param.name}")
            scope.bindings[param.name] = [Binding(None, scope, value=value)]
        return not rest

    def foreign_base(self, info: ClassInfo) -> str:
        """The first base from outside the project, or an empty string."""
        for ancestor in self.ancestors(info):
            for base in bases_of(ancestor.node):
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
                bases = [self.value(base, current.outer) for base in bases_of(current.node)]
                inner = [_class_of(base) for base in reversed(bases)]
                pending += [info for info in inner if info is not None]
        return found


def _class_of(base: Value) -> ClassInfo | None:
    """The class whose attributes a base has: its own, or that of `declarative_base(cls=…)`."""
    if isinstance(base, Made) and base.kind in {"automap_base", "declarative_base"}:
        base = base.kwargs.get("cls", base)
    return base if isinstance(base, ClassInfo) else None
