"""What a function body returns: statements in order, conditions decided where the text tells."""

from __future__ import annotations

from collections.abc import Callable

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.scopes import Scope, populate
from safeguards.scan.interpret.values import Literal, Unknown, Value, truth

Evaluate = Callable[[f.Expr, Scope], Value]


def returned(evaluate: Evaluate, body: tuple[f.Statement, ...], scope: Scope) -> Value:
    """The value that the body returns; `Unknown` when several are possible and differ."""
    found, _ = _returns(evaluate, body, scope)
    if not found:
        return Literal(None, _nowhere(scope))
    first = found[0]
    if all(_same(first, other) for other in found[1:]):
        return first
    return Unknown("depends on a condition")


def _returns(
    evaluate: Evaluate, body: tuple[f.Statement, ...], scope: Scope
) -> tuple[list[Value], bool]:
    """The possible results, and whether the body may also run through to its end."""
    found: list[Value] = []
    for node in body:
        if isinstance(node, f.Return):
            value = evaluate(node.value, scope) if node.value else None
            found.append(value or Literal(None, _nowhere(scope)))
            return found, False
        if isinstance(node, f.Branch):
            inner, through = _branch(evaluate, node, scope)
            found += inner
            if not through:
                return found, False
        elif isinstance(node, f.Loop):
            inner, _ = _returns(evaluate, node.body, scope)
            found += [Unknown("returned from a loop") for _ in inner]
        else:
            populate(scope, [node])
    return found, True


def _branch(evaluate: Evaluate, node: f.Branch, scope: Scope) -> tuple[list[Value], bool]:
    test = truth(evaluate(node.test, scope)) if node.test is not None else None
    if test is not None:
        return _returns(evaluate, node.body if test else node.orelse, scope)
    body, body_through = _returns(evaluate, node.body, scope)
    orelse, orelse_through = _returns(evaluate, node.orelse, scope)
    return body + orelse, body_through or orelse_through


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return left.value == right.value
    return left is right


def _nowhere(scope: Scope) -> Place:
    return Place(scope.module.path)
