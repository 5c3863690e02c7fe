"""Calls with the functions that they stand in, and what names there may be."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from safeguards.scan import facts as f
from safeguards.scan.interpret.binding import populate
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.scopes import Binding, Module, Scope
from safeguards.scan.interpret.values import Unknown, Value, text

_ANY = ".*"
_MAX_WAYS = 8
_MAX_DEPTH = 6
_FIELD = re.compile(r"%[a-z]|%\(\w+\)[a-z]|\{[^{}]*\}")


class Spotted:
    """A call; `functions` are those around it, outermost first.

    `blurred` tells that it stands in a lambda or a comprehension, which bind names of their own.
    """

    __slots__ = ("blurred", "call", "functions")

    def __init__(self, call: f.Call, functions: tuple[f.FunctionDef, ...], *, blurred: bool):
        self.call = call
        self.functions = functions
        self.blurred = blurred


def calls(body: object) -> Iterator[Spotted]:
    """Every call below, wherever it stands."""
    pending: list[tuple[object, tuple[f.FunctionDef, ...], bool]] = [(body, (), False)]
    while pending:
        node, functions, blurred = pending.pop()
        if isinstance(node, tuple):
            pending += [(each, functions, blurred) for each in reversed(node)]
            continue
        if not isinstance(node, msgspec.Struct):
            continue
        if isinstance(node, f.Call):
            yield Spotted(node, functions, blurred=blurred)
        elif isinstance(node, f.FunctionDef):
            functions = (*functions, node)
        elif isinstance(node, f.Lambda | f.Comprehension):
            blurred = True
        parts = [getattr(node, name) for name in reversed(node.__struct_fields__)]
        pending += [(part, functions, blurred) for part in parts]


def scope_inside(module: Module, functions: tuple[f.FunctionDef, ...]) -> Scope:
    """A scope as the innermost of these functions has it, whoever calls it."""
    scope = module.scope
    for function in functions:
        inner = Scope(module, scope, "function", (*scope.path, function.name, "<locals>"))
        for param in function.params:
            inner.bindings[param.name] = [Binding(None, inner)]
        populate(inner, function.body)
        scope = inner
    return scope


def ways(evaluator: Evaluator, expr: f.Expr, scope: Scope, spotted: Spotted) -> list[Value]:
    """All that an argument of a call may be."""
    if not isinstance(expr, f.Name):
        return [evaluator.value(expr, scope)]
    if spotted.blurred:
        return [Unknown("bound by a comprehension or a lambda, perhaps")]
    bindings = _ways(expr, scope, spotted.call.line)
    return [evaluator.binding(b) for b in bindings] or [evaluator.value(expr, scope)]


def _ways(name: f.Name, scope: Scope, line: int) -> list[Binding]:
    """The bindings that a name may have its value from at a line; none when it has none here."""
    current: Scope | None = scope
    while current is not None and name.id not in current.bindings:
        current = current.parent
    if current is None:
        return []
    found = [b for b in current.bindings[name.id] if not b.typing_only]
    if current is not scope:
        return found
    settled = [
        index
        for index, b in enumerate(found)
        if b.certain and b.repeat is None and (b.node is None or b.node.line < line)
    ]
    return found[settled[-1] :] if settled else found


def pattern(evaluator: Evaluator, expr: f.Expr, scope: Scope, spotted: Spotted) -> str:
    """A regular expression for the strings that an argument of a call may be."""
    found = _pattern(evaluator, expr, scope, spotted, 0)
    return re.sub(r"(\.\*)+", _ANY, found)


def _pattern(evaluator: Evaluator, expr: f.Expr, scope: Scope, spotted: Spotted, depth: int) -> str:
    def inner(part: f.Expr) -> str:
        return _pattern(evaluator, part, scope, spotted, depth + 1)

    if isinstance(expr, f.Const):
        return re.escape(str(expr.value))
    if depth > _MAX_DEPTH:
        return _ANY
    if isinstance(expr, f.Format):
        return "".join(map(inner, expr.parts)) if expr.plain else _ANY
    if isinstance(expr, f.Operation) and expr.op == "+":
        return "".join(map(inner, expr.operands))
    if isinstance(expr, f.Operation) and expr.op == "%":
        return _fields(expr.operands[0])
    if isinstance(expr, f.Call) and isinstance(expr.func, f.Attr) and expr.func.attr == "format":
        return _fields(expr.func.value)
    if isinstance(expr, f.Name) and not spotted.blurred:
        return _of_name(evaluator, expr, scope, spotted, depth)
    return _ANY


def _fields(template: f.Expr) -> str:
    if not (isinstance(template, f.Const) and isinstance(template.value, str)):
        return _ANY
    return _ANY.join(map(re.escape, _FIELD.split(template.value)))


def _of_name(evaluator: Evaluator, name: f.Name, scope: Scope, spotted: Spotted, depth: int) -> str:
    bindings = _ways(name, scope, spotted.call.line)
    if not 0 < len(bindings) <= _MAX_WAYS:
        return _ANY
    found = []
    for binding in bindings:
        node = binding.node
        plain = isinstance(node, f.Bind) and not (binding.unpack or node.op or binding.repeat)
        if plain and isinstance(node, f.Bind) and node.value is not None:
            found.append(_pattern(evaluator, node.value, binding.scope, spotted, depth + 1))
        else:
            told = text(evaluator.binding(binding)) if isinstance(node, f.Import) else None
            found.append(_ANY if told is None else re.escape(told))
    return _ANY if _ANY in found else f"(?:{'|'.join(dict.fromkeys(found))})"
