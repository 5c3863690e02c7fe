"""Lists, dicts, comprehensions, conditional expressions, elements: what their parts make."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Scope
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


class Displays(ABC):
    """Evaluates what is put together from parts; `value` tells the parts."""

    @abstractmethod
    def value(self, expr: f.Expr, scope: Scope) -> Value:
        """What an expression is in a scope."""

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
        return Made(owner.name, [self.value(p, scope) for p in parts], {}, place_of(expr, scope))

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


def place_of(expr: f.Node, scope: Scope, end_line: int = 0) -> Place:
    """Where an expression stands."""
    return Place(scope.module.path, expr.line, expr.column, max(end_line, expr.line))
