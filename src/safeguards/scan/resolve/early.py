"""Names in the arguments of relationships that are not there yet while the module is imported.

What stands in quotes or in a lambda SQLAlchemy evaluates later; the rest Python evaluates where
it stands, and a name that is not bound by then ends the import.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator

from safeguards.scan import facts as f
from safeguards.scan.interpret.exported import may_bring
from safeguards.scan.interpret.reading import running
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Scope
from safeguards.scan.project import Relationship

_INJECTING = re.compile(rb"\b(exec|globals|locals|vars|__import__)\(|sys\.modules|__builtins__")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_KNOWN_STARS = frozenset({"sqlalchemy", "sqlalchemy.orm"})
_POSITIONS = ("argument", "secondary")

_Lines = dict[str, int]
"""Names and the first line that may bind each."""


class EarlyName:
    """A name that is not bound when it is needed; it is bound `later` when some line below is.

    `annotated` tells that the class only annotates it, which binds nothing yet.
    """

    __slots__ = ("annotated", "argument", "later", "name")

    def __init__(self, argument: str, name: str, *, later: bool, annotated: bool) -> None:
        self.argument = argument
        self.name = name
        self.later = later
        self.annotated = annotated


class EarlyNames:
    """Finds such names; `read` gives the bytes of a file."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._modules: dict[str, ast.Module | None] = {}
        self._known: dict[Relationship, EarlyName | None] = {}

    def find(self, found: Relationship) -> EarlyName | None:
        """The first name in a relationship's call that certainly raises NameError, or None."""
        if found not in self._known:
            self._known[found] = self._find(found)
        return self._known[found]

    def _find(self, found: Relationship) -> EarlyName | None:
        info = found.mapper.info
        statement = _statement(found)
        if statement is None or not isinstance(statement.value, f.Call):
            return None
        if not any(n is info.node for n in running(info.module.facts.body)) or info.node.keywords:
            return None
        for argument, expr in _arguments(statement.value):
            for name in _evaluated(expr):
                if not _may_be_bound(name, statement, info) and not hasattr(builtins, name):
                    line = self._line(name, statement, info)
                    if line is not None:
                        annotated = any(_annotates(node, name) for node in info.node.body)
                        later = line > statement.line
                        return EarlyName(argument, name, later=later, annotated=annotated)
        return None

    def _line(self, name: str, statement: f.Bind, info: ClassInfo) -> int | None:
        """The first line that binds a name, 0 without any; None when one may stand before."""
        tree = self.module(info.place.path)
        owner = next((n for n in _run(tree.body) if _is_class(n, info)), None) if tree else None
        if tree is None or not isinstance(owner, ast.ClassDef):
            return None
        outer = _bindings(node for node in _run(tree.body) if node is not owner)
        inner = _bindings(owner.body)
        outer.pop("*", None)  # see `_stars_may_bring`
        if outer.get(name, info.place.line) < info.place.line:
            return None
        if inner.get(name, statement.line) < statement.line or name in _globals(tree):
            return None
        own = [info.node.end_line + 1] if name == info.name else []
        return max([0, *own, *(lines[name] for lines in (outer, inner) if name in lines)])

    def module(self, path: str) -> ast.Module | None:
        """The syntax tree of a file, or None when code in it may bind names by other means."""
        if path not in self._modules:
            data = self._read(path)
            try:
                tree = None if _INJECTING.search(data) else ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                tree = None
            self._modules[path] = tree
        return self._modules[path]


def _statement(found: Relationship) -> f.Bind | None:
    """The statement of the class body whose value is the relationship's call, or None."""
    made, info = found.made, found.mapper.info
    if made is None or made.place.path != info.place.path:
        return None
    at = (made.place.line, made.place.column)
    binds = (node for node in info.node.body if isinstance(node, f.Bind) and node.value)
    return next((n for n in binds if n.value and (n.value.line, n.value.column) == at), None)


def is_written_in_class(found: Relationship) -> bool:
    """Whether a relationship is made by a statement of its class's own body."""
    return _statement(found) is not None


def _arguments(call: f.Call) -> Iterator[tuple[str, f.Expr]]:
    yield from zip(_POSITIONS, call.args, strict=False)
    for keyword in call.keywords:
        if keyword.name is not None:
            yield keyword.name, keyword.value


def _evaluated(expr: f.Expr) -> Iterator[str]:
    """The bare names that Python certainly looks up when it evaluates an expression."""
    pending: list[f.Expr] = [expr]
    while pending:
        node = pending.pop(0)
        if isinstance(node, f.Name):
            yield node.id
        elif isinstance(node, f.Attr | f.Star):
            pending.insert(0, node.value)
        elif isinstance(node, f.Items):
            pending[:0] = node.items
        elif isinstance(node, f.Call):
            pending[:0] = [node.func, *node.args, *(k.value for k in node.keywords)]
        elif isinstance(node, f.Operation) and node.op not in {"and", "or"}:
            pending[:0] = node.operands


def _may_be_bound(name: str, statement: f.Bind, info: ClassInfo) -> bool:
    """Whether the facts show a binding that comes first; what they leave out is not asked here."""
    return (
        _stars_may_bring(name, info)
        or _binds(name, info.scope, statement.line)
        or _binds(name, info.module.scope, info.place.line)
    )


def _stars_may_bring(name: str, info: ClassInfo) -> bool:
    """Whether a star import of the module may bind a name."""
    return any(
        star.level or star.module not in _KNOWN_STARS or may_bring(name)
        for star in info.module.scope.stars
    )


def _binds(name: str, scope: Scope, line: int) -> bool:
    return any(
        _bound_at(binding) < line and not _annotates(binding.node, name)
        for binding in scope.bindings.get(name, ())
    )


def _annotates(node: object, name: str) -> bool:
    """Whether a statement is `name: annotation`, without a value."""
    return (
        isinstance(node, f.Bind)
        and node.value is None
        and isinstance(node.target, f.Name)
        and node.target.id == name
    )


def _bound_at(binding: Binding) -> int:
    if isinstance(binding.value, ClassInfo):
        return binding.value.place.line
    return binding.node.line if binding.node is not None else 0


def _run(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block, with those under `if True` in place of that."""
    for node in body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and node.test.value:
            yield from _run(node.body)
        else:
            yield node


def _is_class(node: ast.stmt, info: ClassInfo) -> bool:
    return isinstance(node, ast.ClassDef) and node.lineno == info.place.line


def _bindings(body: Iterable[ast.AST]) -> _Lines:
    """What a block binds in its own scope, by any syntax."""
    found: _Lines = {}
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.AnnAssign) and node.value is None:
            pending.append(node.annotation)
            continue
        for name in _bound_by(node):
            line = getattr(node, "lineno", 0)
            found[name] = min(found.get(name, line), line)
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            pending += ast.iter_child_nodes(node)
    return found


def _bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.alias):
        return [node.asname or node.name.split(".", 1)[0]]
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        return [node.name]
    if isinstance(node, ast.MatchMapping) and node.rest:
        return [node.rest]
    return []


def _globals(tree: ast.Module) -> set[str]:
    """Names that functions bind in the module."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Global))
    return {name for node in nodes for name in node.names}
