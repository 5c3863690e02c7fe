"""The values of a migration's expressions, and what the calls in them do."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec

from safeguards.migrations.effects.text import HOLE
from safeguards.migrations.effects.things import DATA, UNTOLD, Scope, builtin, member, module_scope
from safeguards.migrations.effects.values import Dialect, Effect, on_new_table, worst

MOST_STEPS = 20_000
MOST_TEXT = 200_000
"""Characters of a text, or elements; what grows beyond is not followed."""


class StepsError(Exception):
    """The file has more to follow than anybody waits for."""


def capped(text: str) -> str:
    """The text, unless it has grown too long."""
    return text if len(text) < MOST_TEXT else HOLE


class Expressions(ABC):
    """Sees expressions of one file; `effects` has what was found, in its order."""

    def __init__(self, tree: ast.Module, dialect: Dialect) -> None:
        self.effects: list[Effect] = []
        self._dialect = dialect
        self._module: Scope = module_scope(tree)
        self._scopes: list[Scope] = []
        self._created: set[str] = set()
        self._maybe = 0
        self._steps = 0
        self._following: list[ast.AST] = []
        self._returned: list[list[object]] = []

    def _add(self, *effects: Effect) -> None:
        for effect in effects:
            new = effect.table and effect.table in self._created
            tied = {f"{effect.table}.{column}" for column in effect.columns}
            found = on_new_table(effect) if new else effect
            if tied and tied <= self._created:
                found = msgspec.structs.replace(found, additive=True)
            self.effects.append(found)
            if not self._maybe:
                made = {effect.creates, f"{effect.table}.{effect.adds}" if effect.adds else ""}
                self._created |= made - {""}

    def _count(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise StepsError

    @abstractmethod
    def _call(self, node: ast.Call) -> object:
        """The value of a call; what it does is noted."""

    def _bind(self, target: ast.expr, value: object) -> None:
        if isinstance(target, ast.Name):
            self._scopes[-1][target.id] = value
            return
        if isinstance(target, ast.Tuple | ast.List):
            plain = not any(isinstance(each, ast.Starred) for each in target.elts)
            fits = plain and isinstance(value, tuple) and len(value) == len(target.elts)
            values = value if fits and isinstance(value, tuple) else (UNTOLD,) * len(target.elts)
            for part, one in zip(target.elts, values, strict=True):
                self._bind(part, one)
            return
        if isinstance(target, ast.Starred):
            self._bind(target.value, UNTOLD)
            return
        self._see_all(ast.iter_child_nodes(target))

    def _see_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.expr):
                self._see(node)
            elif isinstance(node, ast.keyword):
                self._see(node.value)

    def _see(self, node: ast.expr) -> object:
        """The value of an expression; what its calls do is noted."""
        self._count()
        see = self._SEEN.get(type(node))
        if see is not None:
            return see(self, node)
        self._maybe += 1
        self._see_all(ast.iter_child_nodes(node))
        self._maybe -= 1
        return UNTOLD

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> object:
        values = tuple(self._see(each) for each in node.elts)
        return UNTOLD if any(isinstance(each, ast.Starred) for each in node.elts) else values

    def _dictionary(self, node: ast.Dict) -> object:
        self._see_all(ast.iter_child_nodes(node))
        return DATA

    def _not(self, node: ast.UnaryOp) -> object:
        value = self._see(node.operand)
        return not value if isinstance(node.op, ast.Not) and isinstance(value, bool) else UNTOLD

    def _named(self, node: ast.NamedExpr) -> object:
        value = self._see(node.value)
        self._bind(node.target, value)
        return value

    def _look_up(self, name: str) -> object:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return self._module.get(name, builtin(name))

    def _attribute(self, node: ast.Attribute) -> object:
        base = self._see(node.value)
        if node.attr == "name" and isinstance(node.value, ast.Attribute | ast.Name):
            owner = node.value
            if (owner.attr if isinstance(owner, ast.Attribute) else owner.id) == "dialect":
                return self._dialect
        found = member(base, node.attr)
        if found.kind == "operation":
            self._add(worst(f"hands on op.{node.attr}"))
        return found

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            value = self._see(node.value)
            plain = node.conversion == -1 and node.format_spec is None
            return str(value) if plain and isinstance(value, str | int) else HOLE
        value = self._see(node)
        return value if isinstance(value, str) else HOLE

    def _format(self, node: ast.JoinedStr) -> object:
        return capped("".join(self._part(each) for each in node.values))

    def _joined(self, node: ast.BinOp) -> object:
        left, right = self._see(node.left), self._see(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, tuple) and isinstance(right, tuple):
                return left + right if len(left) + len(right) < MOST_TEXT else UNTOLD
            if isinstance(left, str) or isinstance(right, str):
                parts = (each if isinstance(each, str) else HOLE for each in (left, right))
                return capped("".join(parts))
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            return left.replace("%s", HOLE).replace("%d", HOLE).replace("%(", f"{HOLE}(")
        return UNTOLD

    def _compared(self, node: ast.Compare) -> object:
        values = [self._see(each) for each in (node.left, *node.comparators)]
        if len(values) != 2 or not isinstance(values[0], str):
            return UNTOLD
        left, right = values
        operator = node.ops[0]
        others = right if isinstance(right, tuple) else (right,)
        if left == "mysql" and {"mysql", "mariadb"}.intersection(map(str, others)):
            return UNTOLD  # each goes by the name of the other
        if not isinstance(left, str) or HOLE in left or HOLE in others:
            return UNTOLD
        if isinstance(operator, ast.Eq | ast.NotEq) and isinstance(right, str):
            return (left == right) is isinstance(operator, ast.Eq)
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, tuple):
            known = all(isinstance(each, str) for each in right)
            return (left in right) is isinstance(operator, ast.In) if known else UNTOLD
        return UNTOLD

    def _both(self, node: ast.BoolOp) -> object:
        values = [self._see(each) for each in node.values]
        ends = isinstance(node.op, ast.Or)
        if any(value is ends for value in values):
            return ends
        return not ends if all(value is (not ends) for value in values) else UNTOLD

    def _lambda(self, node: ast.Lambda) -> object:
        wanted = node.args
        names = [*wanted.posonlyargs, *wanted.args, *wanted.kwonlyargs]
        self._scopes.append({each.arg: UNTOLD for each in names})
        self._maybe += 1
        self._see(node.body)
        self._maybe -= 1
        self._scopes.pop()
        return UNTOLD

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> object:
        self._scopes.append({})
        self._maybe += 1
        for each in node.generators:
            self._see(each.iter)
            self._bind(each.target, UNTOLD)
            self._see_all(each.ifs)
        self._see_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._maybe -= 1
        self._scopes.pop()
        return DATA

    _SEEN: ClassVar[dict[type[ast.AST], Callable[..., object]]] = {
        ast.Constant: lambda _, node: node.value,
        ast.Name: lambda self, node: self._look_up(node.id),
        ast.Call: lambda self, node: self._call(node),
        ast.Attribute: _attribute,
        ast.JoinedStr: _format,
        ast.BinOp: _joined,
        ast.List: _list,
        ast.Tuple: _list,
        ast.Set: _list,
        ast.Dict: _dictionary,
        ast.Compare: _compared,
        ast.BoolOp: _both,
        ast.UnaryOp: _not,
        ast.NamedExpr: _named,
        ast.Lambda: _lambda,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
    }
