"""Statements of the syntax tree → `facts.Statement`; function bodies only where they matter."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from safeguards.scan import facts as f
from safeguards.scan.syntax.expressions import Expressions, operator

MAX_DEPTH = 24
"""Nesting of blocks; what lies deeper is dropped."""

_HELPER_LINES = 25
"""A function of at most this length that ends in `return` may compute a name or a column."""

_SHAPING = re.compile(
    r"relation|[Cc]olumn|Foreign|Table|backref|declared_attr|declarative|[Mm]apped"
    r"|__tablename__|Model\b|registry|\btype\(|(?<![\w.])exec\(|\bglobal "
)
_WORDS = (
    *("relation", "Column", "column", "Foreign", "Table", "backref", "declared_attr"),
    *("declarative", "Mapped", "mapped", "__tablename__", "Model", "registry", "type(", "exec("),
    "global ",
)
"""Without one of these `_SHAPING` finds nothing; looking for them is many times faster."""


class Statements:
    """Converts the statements of one source text."""

    def __init__(self, text: str) -> None:
        self.expressions = Expressions(text)
        self._lines = text.split("\n")
        self._shapes = any(word in text for word in _WORDS)
        self._names_inside = ":=" in text

    def convert(self, nodes: Iterable[ast.stmt], depth: int = 0) -> tuple[f.Statement, ...]:
        """Convert a block, dropping statements that bind nothing."""
        if depth > MAX_DEPTH:
            return ()
        found: list[f.Statement] = []
        for node in nodes:
            build = _BUILDERS.get(type(node))
            if build is not None:
                if self._names_inside:
                    found += self._named_inside(node)
                found += build(self, self.expressions, node, depth)
        return tuple(found)

    def _named_inside(self, node: ast.stmt) -> list[f.Statement]:
        """What `name := value` in the expressions of a statement binds, innermost first."""
        found: list[f.Statement] = []
        pending: list[ast.AST] = list(ast.iter_child_nodes(node))
        named: list[ast.NamedExpr] = []
        while pending:
            inner = pending.pop()
            if isinstance(inner, ast.stmt | ast.Lambda | ast.DictComp | ast.GeneratorExp):
                continue
            if isinstance(inner, ast.ListComp | ast.SetComp | ast.match_case | ast.excepthandler):
                continue
            if isinstance(inner, ast.NamedExpr):
                named.append(inner)
            pending += ast.iter_child_nodes(inner)
        self.expressions.bound_before.update(map(id, named))
        for each in reversed(named):
            target, value = self.expressions.each([each.target, each.value])
            found.append(f.Bind(*self.expressions.at(each), target, value, None, ""))
        return found

    def shapes_mapping(self, node: ast.FunctionDef) -> bool:
        """Whether calling this function may make part of a mapping, or of a name in one."""
        end = node.end_lineno or node.lineno
        if end - node.lineno <= _HELPER_LINES and _ends_in_return(node.body):
            return True
        if not self._shapes:
            return False
        start = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        return _SHAPING.search("\n".join(self._lines[start - 1 : end])) is not None


def _ends_in_return(body: list[ast.stmt]) -> bool:
    last = body[-1] if body else None
    if isinstance(last, ast.If | ast.For | ast.Try | ast.With):
        orelse = [] if isinstance(last, ast.With) else last.orelse
        return _ends_in_return(last.body) or _ends_in_return(orelse)
    return isinstance(last, ast.Return)


_Builder = Callable[[Statements, Expressions, Any, int], Iterator[f.Statement]]


def _assign(_: Statements, x: Expressions, node: ast.Assign, _depth: int) -> Iterator[f.Statement]:
    value = x.convert(node.value)
    for target in node.targets:
        yield f.Bind(*x.at(target), x.convert(target), value, None, "")


def _annotated(
    _: Statements, x: Expressions, node: ast.AnnAssign, _depth: int
) -> Iterator[f.Statement]:
    target, value = x.convert(node.target), x.maybe(node.value)
    yield f.Bind(*x.at(node), target, value, x.convert(node.annotation), "")


def _augmented(
    _: Statements, x: Expressions, node: ast.AugAssign, _depth: int
) -> Iterator[f.Statement]:
    target, value = x.convert(node.target), x.convert(node.value)
    yield f.Bind(*x.at(node), target, value, None, operator(node.op))


def _do(_: Statements, x: Expressions, node: ast.Expr, _depth: int) -> Iterator[f.Statement]:
    if isinstance(node.value, ast.Call):
        yield f.Do(*x.at(node), x.convert(node.value))


def _return(_: Statements, x: Expressions, node: ast.Return, _depth: int) -> Iterator[f.Statement]:
    yield f.Return(*x.at(node), x.maybe(node.value))


def _import(_: Statements, x: Expressions, node: ast.Import, _depth: int) -> Iterator[f.Statement]:
    for alias in node.names:
        yield f.Import(*x.at(node), alias.name, "", alias.asname or "", 0)


def _import_from(
    _: Statements, x: Expressions, node: ast.ImportFrom, _depth: int
) -> Iterator[f.Statement]:
    for alias in node.names:
        yield f.Import(*x.at(node), node.module or "", alias.name, alias.asname or "", node.level)


def _class(s: Statements, x: Expressions, node: ast.ClassDef, depth: int) -> Iterator[f.Statement]:
    bases, keywords = x.each(node.bases), x.keywords(node.keywords)
    body = s.convert(node.body, depth + 1)
    end = node.end_lineno or node.lineno
    yield f.ClassDef(
        *x.at(node), node.name, bases, keywords, x.each(node.decorator_list), body, end
    )


def _function(
    s: Statements, x: Expressions, node: ast.FunctionDef, depth: int
) -> Iterator[f.Statement]:
    decorators = x.each(node.decorator_list)
    if not s.shapes_mapping(node):
        yield f.FunctionDef(*x.at(node), node.name, (), decorators, None, (), False)
        return
    params, returns = x.params(node.args), x.maybe(node.returns)
    body = s.convert(node.body, depth + 1)
    yield f.FunctionDef(*x.at(node), node.name, params, decorators, returns, body, True)


def _coroutine(
    _: Statements, x: Expressions, node: ast.AsyncFunctionDef, _depth: int
) -> Iterator[f.Statement]:
    yield f.FunctionDef(*x.at(node), node.name, (), (), None, (), False)


def _if(s: Statements, x: Expressions, node: ast.If, depth: int) -> Iterator[f.Statement]:
    body, orelse = s.convert(node.body, depth + 1), s.convert(node.orelse, depth + 1)
    if body or orelse:
        yield f.Branch(*x.at(node), x.convert(node.test), body, orelse)


def _try(s: Statements, x: Expressions, node: ast.Try, depth: int) -> Iterator[f.Statement]:
    body = s.convert([*node.body, *node.orelse], depth + 1)
    orelse = s.convert([row for handler in node.handlers for row in handler.body], depth + 1)
    if body or orelse:
        yield f.Branch(*x.at(node), None, body, orelse)
    yield from s.convert(node.finalbody, depth + 1)


def _match(s: Statements, x: Expressions, node: ast.Match, depth: int) -> Iterator[f.Statement]:
    body = s.convert([row for case in node.cases for row in case.body], depth + 1)
    if body:
        yield f.Branch(*x.at(node), None, body, ())


def _with(s: Statements, _x: Expressions, node: ast.With, depth: int) -> Iterator[f.Statement]:
    yield from s.convert(node.body, depth + 1)


def _jump(_: Statements, x: Expressions, node: ast.stmt, _depth: int) -> Iterator[f.Statement]:
    yield f.Jump(*x.at(node), type(node).__name__.lower())


def _global(_: Statements, x: Expressions, node: ast.Global, _depth: int) -> Iterator[f.Statement]:
    yield f.Global(*x.at(node), tuple(node.names))


def _for(s: Statements, x: Expressions, node: ast.For, depth: int) -> Iterator[f.Statement]:
    body = s.convert(node.body, depth + 1)
    if body:
        yield f.Loop(*x.at(node), x.convert(node.target), x.convert(node.iter), body)


def _while(s: Statements, x: Expressions, node: ast.While, depth: int) -> Iterator[f.Statement]:
    body = s.convert(node.body, depth + 1)
    if body:
        yield f.Loop(*x.at(node), None, None, body)


_BUILDERS: dict[type[ast.stmt], _Builder] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _do,
    ast.Return: _return,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.ClassDef: _class,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _coroutine,
    ast.If: _if,
    ast.Try: _try,
    ast.Match: _match,
    ast.With: _with,
    ast.For: _for,
    ast.Global: _global,
    ast.While: _while,
    ast.Break: _jump,
    ast.Continue: _jump,
    ast.Raise: _jump,
}
if sys.version_info >= (3, 11):
    _BUILDERS[ast.TryStar] = _try
