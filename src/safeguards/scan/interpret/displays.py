"""Lists, dicts, comprehensions, conditional expressions, elements: what their parts make."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret import strings
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Scope
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
    truth,
)


class Displays(ABC):
    """Evaluates what is put together from parts; `value` tells the parts."""

    def __init__(self) -> None:
        self._comprehended: dict[tuple[int, int], tuple[f.Comprehension, Scope, Value]] = {}

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
        return strings.element(owner, self.value(expr.index, scope))

    def _annotated(self, owner: Symbol, expr: f.Subscript, scope: Scope) -> Value:
        parts = expr.index.items if isinstance(expr.index, f.Items) else (expr.index,)
        return Made(owner.name, [self.value(p, scope) for p in parts], {}, place_of(expr, scope))

    def comprehension(self, expr: f.Comprehension, scope: Scope) -> Value:
        """A comprehension over known elements, evaluated once in a scope."""
        key = (id(expr), id(scope))
        if key not in self._comprehended:
            self._comprehended[key] = (expr, scope, self._comprehend(expr, scope))
        return self._comprehended[key][-1]

    def _comprehend(self, expr: f.Comprehension, scope: Scope) -> Value:
        place = place_of(expr, scope)
        items = elements(self.value(expr.iterable, scope), place)
        found: list[Value] = []
        merged: dict[str, Value] = {}
        complete = items is not None
        for item in items or ():
            inner = Scope(scope.module, scope, "block", scope.path)
            scope.blocks.append(inner)
            bind_item(inner, expr.target, item, place)
            wanted = [truth(self.value(condition, inner)) for condition in expr.conditions]
            if False in wanted:
                continue
            complete = complete and None not in wanted
            if expr.merges:
                part = self.value(expr.element, inner)
                complete = complete and isinstance(part, Mapping) and part.complete
                merged.update(part.items if isinstance(part, Mapping) else {})
            else:
                part = self.display([expr.element], inner)
                complete = complete and part.complete
                found += part.items
        if expr.merges:
            return Mapping(merged, complete=complete)
        return Sequence(found, complete=complete)


def elements(value: Value, place: Place) -> list[Value] | None:
    """What iterating over a value gives, or None; `place` is where that happens."""
    if isinstance(value, Sequence) and value.complete:
        return value.items
    if isinstance(value, Mapping) and value.complete:
        return [Literal(key, place) for key in value.items]
    letters = text(value)
    return None if letters is None else [Literal(each, place) for each in letters]


def bind_item(scope: Scope, target: f.Expr, item: Value, place: Place) -> None:
    """Bind the target of a loop, a name or several, to what one round gives it."""
    if isinstance(target, f.Name):
        scope.bindings[target.id] = [Binding(None, scope, value=item)]
    elif isinstance(target, f.Items):
        parts = elements(item, place) or []
        fits = len(parts) == len(target.items)
        for index, each in enumerate(target.items):
            part = parts[index] if fits else Unknown("unpacked from something unknown")
            bind_item(scope, each, part, place)


def place_of(expr: f.Node, scope: Scope, end_line: int = 0) -> Place:
    """Where an expression stands."""
    return Place(scope.module.path, expr.line, expr.column, max(end_line, expr.line))
