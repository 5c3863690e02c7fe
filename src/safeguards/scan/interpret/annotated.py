"""`Mapped[…]` and its like: what an annotation says of an attribute."""

from __future__ import annotations

import ast
from functools import lru_cache
from keyword import iskeyword

from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.scopes import ClassInfo, Scope
from safeguards.scan.interpret.values import Made, Symbol, Value
from safeguards.scan.syntax.expressions import Expressions

_MAPPED = frozenset({"Mapped", "DynamicMapped", "WriteOnlyMapped"})
_COLLECTIONS = frozenset({
    "AbstractSet", "Collection", "Dict", "FrozenSet", "InstrumentedList", "Iterable", "List",
    "Mapping", "MutableSequence", "MutableSet", "Sequence", "Set", "Tuple", "dict", "frozenset",
    "list", "set", "tuple", "defaultdict", "MutableMapping", "OrderingList", "AppenderQuery",
})  # fmt: skip
_UNIONS = frozenset({"Optional", "Union"})
MAX_TEXT = 2000
MAX_KNOWN = 10_000
"""Parsed texts that are kept: rules ask for the same ones again and again."""


class Annotated:
    """An annotation taken apart.

    `is_mapped` when it is `Mapped[…]`; `leaf` the innermost type, a name (`name`) or a class
    of the project (`info`); `is_list` when that sits in a collection, `is_union` when it is the
    first of several types, `is_string` when some of it stands in quotes, `is_generic` when its
    parameters may be those of a collection. `mapped` and `collection` are the outermost type and
    the collection, as their modules call them.
    """

    __slots__ = (
        "collection", "info", "is_generic", "is_list", "is_mapped", "is_string", "is_union",
        "made", "mapped", "name", "plain",
    )  # fmt: skip

    def __init__(self) -> None:
        self.mapped = ""
        self.collection = ""
        self.is_mapped = False
        self.is_generic = False
        self.is_list = False
        self.is_string = False
        self.is_union = False
        self.plain = False
        self.name = ""
        self.info: ClassInfo | None = None
        self.made: Made | None = None


def read(annotation: f.Expr | None, scope: Scope, evaluator: Evaluator) -> Annotated:
    """Take an annotation apart; an empty `Annotated` when there is none."""
    found = Annotated()
    if annotation is None:
        return found
    expr = _unquoted(annotation)
    found.is_string = expr is not annotation
    if isinstance(expr, f.Subscript) and _kind(expr.value, scope, evaluator) in _MAPPED:
        found.is_mapped = True
        found.mapped = _kind(expr.value, scope, evaluator)
        found.is_list = found.mapped in {"DynamicMapped", "WriteOnlyMapped"}
        expr = expr.index
        found.collection = _collection(_unquoted(expr), scope, evaluator)
    _leaf(expr, scope, evaluator, found, 0)
    return found


def _leaf(expr: f.Expr, scope: Scope, evaluator: Evaluator, found: Annotated, depth: int) -> None:
    written, expr = expr, _unquoted(expr)
    found.is_string = found.is_string or expr is not written
    if depth > 8:
        return
    if isinstance(expr, f.Operation) and expr.op == "|":
        rest = [o for o in expr.operands if not _is_none(o)]
        found.is_union = found.is_union or len(rest) > 1
        if rest:
            _leaf(rest[0], scope, evaluator, found, depth + 1)
    elif isinstance(expr, f.Subscript):
        _leaf_of_subscript(expr, scope, evaluator, found, depth)
    elif isinstance(expr, f.Name | f.Attr):
        value = evaluator.value(expr, scope)
        hidden = isinstance(expr, f.Name) and evaluator.is_typing_only(expr.id, scope)
        if isinstance(value, ClassInfo) and not hidden:
            found.info = value
        elif isinstance(value, Made) and value.symbol.endswith(".Annotated"):
            found.made = value
        found.name = _dotted(expr)
        found.plain = isinstance(value, Symbol) and not hidden


def _leaf_of_subscript(
    expr: f.Subscript, scope: Scope, evaluator: Evaluator, found: Annotated, depth: int
) -> None:
    head = _dotted(expr.value).rsplit(".", 1)[-1]
    parts = expr.index.items if isinstance(expr.index, f.Items) else (expr.index,)
    parts = tuple(p for p in parts if not _is_none(p))
    if head == "Annotated":
        value = evaluator.value(expr, scope)
        if isinstance(value, Made):
            found.made = value
    if not parts:
        return
    found.is_union = found.is_union or (head in _UNIONS and len(parts) > 1)
    if head in _UNIONS or head == "Annotated":
        _leaf(parts[0], scope, evaluator, found, depth + 1)
    elif head in _COLLECTIONS:
        found.is_list = True
        _leaf(parts[-1], scope, evaluator, found, depth + 1)
    else:
        found.is_generic = True
        _leaf(expr.value, scope, evaluator, found, depth + 1)


def _collection(expr: f.Expr, scope: Scope, evaluator: Evaluator) -> str:
    """The dotted name of a collection from outside the project, or an empty string."""
    head = evaluator.value(expr.value, scope) if isinstance(expr, f.Subscript) else None
    last = head.name.rpartition(".")[2] if isinstance(head, Symbol) else ""
    return head.name if isinstance(head, Symbol) and last in _COLLECTIONS else ""


def column_of(made: Made | None) -> Made | None:
    """The `mapped_column(…)` inside an `Annotated[…]` value."""
    if made is None:
        return None
    for item in made.args[1:]:
        if isinstance(item, Made) and item.kind in {"mapped_column", "Column"}:
            return item
    first: Value | None = made.args[0] if made.args else None
    if isinstance(first, Made) and first.symbol.endswith(".Annotated"):
        return column_of(first)
    return None


@lru_cache(maxsize=MAX_KNOWN)
def parse(text: str, line: int, column: int) -> f.Expr | None:
    """An expression written inside a string, placed where the string is; None if it is none."""
    if len(text) > MAX_TEXT:
        return None
    if text.isascii() and text.isidentifier() and not iskeyword(text):
        return f.Name(line, column, text)  # most are; a parser costs thirty times as much
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for node in ast.walk(tree.body):
        if isinstance(node, ast.expr):
            node.lineno, node.end_lineno, node.col_offset = line, line, column - 1
    return Expressions("").convert(tree.body)


def _unquoted(expr: f.Expr) -> f.Expr:
    if isinstance(expr, f.Const) and isinstance(expr.value, str):
        return parse(expr.value, expr.line, expr.column) or expr
    return expr


def _is_none(expr: f.Expr) -> bool:
    return isinstance(expr, f.Const) and expr.value is None


def _kind(expr: f.Expr, scope: Scope, evaluator: Evaluator) -> str:
    value = evaluator.value(expr, scope)
    if isinstance(value, Symbol) and value.kind:
        return value.kind
    last = _dotted(expr).rsplit(".", 1)[-1]
    return last if last in _MAPPED and not isinstance(value, ClassInfo) else ""


def _dotted(expr: f.Expr) -> str:
    if isinstance(expr, f.Name):
        return expr.id
    if isinstance(expr, f.Attr):
        return f"{_dotted(expr.value)}.{expr.attr}"
    return ""
