"""The values of a module's variables, as far as its text alone tells them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign)


class NotKnownError(Exception):
    """Only running the module would tell."""


class Values:
    """What a module assigns at its top level; the last assignment counts.

    `statements` has the statement that last bound each of `wanted`. Lists and sets are tuples.
    """

    def __init__(self, tree: ast.Module, wanted: Iterable[str]) -> None:
        self._wanted = frozenset(wanted)
        self._known: dict[str, object] = {}
        self._bound: set[str] = set()
        self.statements: dict[str, ast.stmt] = {}
        for statement in tree.body:
            self._read(statement)

    def value(self, name: str) -> object:
        """The value of a variable; raises `NotKnownError`."""
        if name not in self._known:
            raise NotKnownError(name)
        return self._known[name]

    def is_empty_text(self, name: str) -> bool:
        """Whether the variable is known to be `""`."""
        return self._known.get(name) == ""

    def binds(self, name: str) -> bool:
        """Whether the module may have this name: a star import may bring any."""
        return name in self._bound or "*" in self._bound

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, _ASSIGNMENTS):
            if statement.value is not None:
                targets = (
                    statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                )
                for target in targets:
                    self._assign(statement, target, statement.value)
            return
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            name = statement.target
            grown = ast.BinOp(ast.Name(name.id, ast.Load()), statement.op, statement.value)
            self._assign(statement, name, grown)
            return
        for name_bound in _bound_in(statement):
            self._bind(statement, name_bound)
            self._known.pop(name_bound, None)

    def _assign(self, statement: ast.stmt, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._bind(statement, target.id)
            try:
                self._known[target.id] = self._evaluate(value)
            except NotKnownError:
                self._known.pop(target.id, None)
            return
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        given = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if len(parts) == len(given) and not any(isinstance(p, ast.Starred) for p in parts + given):
            for part, one in zip(parts, given, strict=True):
                self._assign(statement, part, one)
            return
        for name in _stored(target):
            self._bind(statement, name)
            self._known.pop(name, None)

    def _bind(self, statement: ast.stmt, name: str) -> None:
        self._bound.add(name)
        if name in self._wanted:
            self.statements[name] = statement

    def _evaluate(self, node: ast.expr) -> object:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.value(node.id)
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return tuple(self._elements(node.elts))
        if isinstance(node, ast.JoinedStr):
            return "".join(self._text(part) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._evaluate(node.left), self._evaluate(node.right)
            if isinstance(left, str) and isinstance(right, str):
                return left + right
            if isinstance(left, tuple) and isinstance(right, tuple):
                return left + right
        raise NotKnownError

    def _elements(self, nodes: Iterable[ast.expr]) -> Iterator[object]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self._evaluate(node.value)
                if not isinstance(inner, tuple):
                    raise NotKnownError
                yield from inner
            else:
                yield self._evaluate(node)

    def _text(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            if node.conversion != -1 or node.format_spec is not None:
                raise NotKnownError
            node = node.value
        value = self._evaluate(node)
        if not isinstance(value, str):
            raise NotKnownError
        return value


def _bound_in(node: ast.AST) -> Iterator[str]:
    """The names that a statement which is no assignment may bind in the module."""
    if isinstance(node, _SCOPES):
        yield getattr(node, "name", "")
        return
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((each.asname or each.name).partition(".")[0] for each in node.names)
    for inner in ast.iter_child_nodes(node):
        yield from _bound_in(inner)


def _stored(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
