"""Expressions of the syntax tree → `facts.Expr`, with bounds on depth and length."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from safeguards.scan import facts as f

MAX_DEPTH = 48
"""Nesting of one expression; what lies deeper is opaque."""

MAX_ITEMS = 2000
"""Elements of one display or call; a longer one is opaque."""

MAX_LOOPS = 4
"""`for`s of one comprehension; one with more is opaque."""

_PLAIN = (-1, ord("s"))
"""Conversions in an f-string, none and `!s`, that leave text as it is."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Mod: "%", ast.BitOr: "|", ast.BitAnd: "&",
    ast.Invert: "~", ast.Not: "not", ast.USub: "-", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


class Expressions:
    """Converts the expressions of one source text.

    `bound_before` holds the `name := value` nodes that a statement of their own binds.
    """

    def __init__(self, text: str) -> None:
        self._lines = [] if text.isascii() else text.split("\n")
        self.bound_before: set[int] = set()

    def at(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Line and column of a node, both from 1, the column in characters."""
        offset = node.col_offset
        if self._lines and offset:
            row = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
            if not row.isascii():
                offset = len(row.encode("utf-8")[:offset].decode("utf-8", "ignore"))
        return node.lineno, offset + 1

    def convert(self, node: ast.expr, depth: int = 0) -> f.Expr:
        """Convert an expression; beyond `MAX_DEPTH`, or of unknown syntax, it is `Opaque`."""
        # Nine in ten sources are ASCII, and this is the innermost line of a cold scan.
        line, column = self.at(node) if self._lines else (node.lineno, node.col_offset + 1)
        build = _BUILDERS.get(type(node))
        if build is None or depth > MAX_DEPTH:
            return f.Opaque(line, column, type(node).__name__)
        return build(self, node, line, column, depth + 1)

    def maybe(self, node: ast.expr | None, depth: int = 0) -> f.Expr | None:
        """Convert an expression that may be absent."""
        return None if node is None else self.convert(node, depth)

    def each(self, nodes: list[ast.expr], depth: int = 0) -> tuple[f.Expr, ...]:
        """Convert a row of expressions."""
        return tuple([self.convert(node, depth) for node in nodes])

    def keywords(self, nodes: list[ast.keyword], depth: int = 0) -> tuple[f.Keyword, ...]:
        """Convert the keyword arguments of a call or class."""
        return tuple(f.Keyword(k.arg, self.convert(k.value, depth)) for k in nodes)

    def params(self, args: ast.arguments, depth: int = 0) -> tuple[f.Param, ...]:
        """Convert a parameter list, defaults included."""
        positional = [*args.posonlyargs, *args.args]
        missing = len(positional) - len(args.defaults)
        defaults = [*[None] * missing, *args.defaults]
        found = [
            f.Param(a.arg, "p", self.maybe(d, depth))
            for a, d in zip(positional, defaults, strict=True)
        ]
        if args.vararg:
            found.append(f.Param(args.vararg.arg, "*", None))
        found += [
            f.Param(a.arg, "k", self.maybe(d, depth))
            for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        ]
        if args.kwarg:
            found.append(f.Param(args.kwarg.arg, "**", None))
        return tuple(found)


def operator(node: ast.AST) -> str:
    """The symbol of an operator node; `?` for one that is not interpreted."""
    return _OPERATORS.get(type(node), "?")


_Builder = Callable[[Expressions, Any, int, int, int], f.Expr]


def _constant(_: Expressions, node: ast.Constant, line: int, column: int, _depth: int) -> f.Expr:
    value = node.value
    if isinstance(value, str) and not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no text
    if value is None or isinstance(value, str | bool | float):
        return f.Const(line, column, value)
    if isinstance(value, int) and abs(value) < 2**63:
        return f.Const(line, column, value)
    return f.Opaque(line, column, type(value).__name__)


def _call(x: Expressions, node: ast.Call, line: int, column: int, depth: int) -> f.Expr:
    if len(node.args) + len(node.keywords) > MAX_ITEMS:
        return f.Opaque(line, column, "too long")
    func = x.convert(node.func, depth)
    args, keywords = x.each(node.args, depth), x.keywords(node.keywords, depth)
    return f.Call(line, column, func, args, keywords, node.end_lineno or line)


def _items(
    x: Expressions, node: ast.List | ast.Tuple | ast.Set, line: int, column: int, depth: int
) -> f.Expr:
    if len(node.elts) > MAX_ITEMS:
        return f.Opaque(line, column, "too long")
    return f.Items(line, column, x.each(node.elts, depth), isinstance(node, ast.Tuple))


def _pairs(x: Expressions, node: ast.Dict, line: int, column: int, depth: int) -> f.Expr:
    if len(node.keys) > MAX_ITEMS:
        return f.Opaque(line, column, "too long")
    keys = tuple(x.maybe(key, depth) for key in node.keys)
    return f.Pairs(line, column, keys, x.each(node.values, depth))


def _binary(x: Expressions, node: ast.BinOp, line: int, column: int, depth: int) -> f.Expr:
    return f.Operation(line, column, operator(node.op), x.each([node.left, node.right], depth))


def _unary(x: Expressions, node: ast.UnaryOp, line: int, column: int, depth: int) -> f.Expr:
    return f.Operation(line, column, operator(node.op), (x.convert(node.operand, depth),))


def _boolean(x: Expressions, node: ast.BoolOp, line: int, column: int, depth: int) -> f.Expr:
    return f.Operation(line, column, operator(node.op), x.each(node.values, depth))


def _compare(x: Expressions, node: ast.Compare, line: int, column: int, depth: int) -> f.Expr:
    if len(node.ops) != 1:
        return f.Opaque(line, column, "chained comparison")
    operands = [node.left, node.comparators[0]]
    return f.Operation(line, column, operator(node.ops[0]), x.each(operands, depth))


def _format(x: Expressions, node: ast.JoinedStr, line: int, column: int, depth: int) -> f.Expr:
    plain = all(not isinstance(p, ast.FormattedValue) or _is_plain(p) for p in node.values)
    parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
    return f.Format(line, column, x.each(parts, depth), plain)


def _slice(x: Expressions, node: ast.Slice, line: int, column: int, depth: int) -> f.Expr:
    """`a:b:c`, as the call of `slice` that it means."""
    nothing = f.Const(line, column, None)
    bounds = (x.maybe(each, depth) or nothing for each in (node.lower, node.upper, node.step))
    return f.Call(line, column, f.Name(line, column, "slice"), tuple(bounds), (), line)


def _is_plain(part: ast.FormattedValue) -> bool:
    """Whether a part of an f-string stands there as `str()` gives it."""
    spec = part.format_spec
    values = spec.values if isinstance(spec, ast.JoinedStr) else []
    texts = [each.value if isinstance(each, ast.Constant) else None for each in values]
    return part.conversion in _PLAIN and (spec is None or texts in ([], ["s"]))


def _comprehension(
    x: Expressions,
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    line: int,
    column: int,
    depth: int,
) -> f.Expr:
    if len(node.generators) > MAX_LOOPS or any(loop.is_async for loop in node.generators):
        return f.Opaque(line, column, "nested comprehension")
    merges = isinstance(node, ast.DictComp)
    element: f.Expr
    if isinstance(node, ast.DictComp):
        key, value = x.convert(node.key, depth), x.convert(node.value, depth)
        element = f.Pairs(line, column, (key,), (value,))
    else:
        element = x.convert(node.elt, depth)
    for loop in reversed(node.generators):
        target, iterable = x.convert(loop.target, depth), x.convert(loop.iter, depth)
        conditions = x.each(loop.ifs, depth)
        if loop is not node.generators[-1] and not merges:
            element = f.Star(line, column, element)
        element = f.Comprehension(line, column, element, target, iterable, conditions, merges)
    return element


def _named(x: Expressions, node: ast.NamedExpr, line: int, column: int, _depth: int) -> f.Expr:
    """`name := value` in a comprehension or lambda; elsewhere `Statements` binds the name first."""
    if id(node) in x.bound_before:
        return f.Name(line, column, node.target.id)
    return f.Opaque(line, column, "NamedExpr")


_BUILDERS: dict[type[ast.expr], _Builder] = {
    ast.Constant: _constant,
    ast.Name: lambda _x, node, line, column, _d: f.Name(line, column, node.id),
    ast.Attribute: lambda x, node, line, column, d: f.Attr(
        line, column, x.convert(node.value, d), node.attr
    ),
    ast.Starred: lambda x, node, line, column, d: f.Star(line, column, x.convert(node.value, d)),
    ast.Call: _call,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Set: _items,
    ast.Dict: _pairs,
    ast.Subscript: lambda x, node, line, column, d: f.Subscript(
        line, column, x.convert(node.value, d), x.convert(node.slice, d)
    ),
    ast.Lambda: lambda x, node, line, column, d: f.Lambda(
        line, column, x.params(node.args, d), x.convert(node.body, d)
    ),
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.JoinedStr: _format,
    ast.IfExp: lambda x, node, line, column, d: f.Choice(
        line, column, x.convert(node.test, d), x.convert(node.body, d), x.convert(node.orelse, d)
    ),
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Slice: _slice,
    ast.NamedExpr: _named,
}
