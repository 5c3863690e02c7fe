"""Follows `upgrade()` of a revision file and notes what each call does. Nothing is run.

Both branches of an `if` count, unless its condition is about the dialect; a loop over a literal is
followed once for each element, any other once with elements that are not known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import ClassVar

from safeguards.migrations.effects.calls import Calls
from safeguards.migrations.effects.things import (
    UNTOLD,
    Scope,
    Thing,
    assigned_in,
    defined,
    imported,
)
from safeguards.migrations.effects.values import Dialect, worst

MOST_ELEMENTS = 200


class Walk(Calls):
    """Follows one file; `effects` has what was found, in its order."""

    def __init__(self, tree: ast.Module, dialect: Dialect) -> None:
        super().__init__(tree, dialect)
        self._assign_module(tree)

    def upgrade(self) -> None:
        """Follow `upgrade()`; raises `StepsError`."""
        function = self._module.get("upgrade")
        if isinstance(function, Thing) and isinstance(function.node, ast.FunctionDef):
            self._call_function(function, (), {})
        else:
            self._add(worst("has no plain function upgrade()"))

    def _assign_module(self, tree: ast.Module) -> None:
        """What the file assigns at its top level, once; calls in it are not those of an upgrade."""
        self._scopes.append(self._module)
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
                self._statement(statement)
            else:
                for name in assigned_in([statement]):
                    self._module[name] = UNTOLD
        self._scopes.pop()
        self.effects.clear()
        self._created.clear()

    def _call_function(
        self, function: Thing, values: Sequence[object], named: dict[str, object]
    ) -> object:
        """Follow a function of the file; what it returns, where that is plain."""
        node = function.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node in self._following:
            return UNTOLD
        scopes, maybe = self._scopes, self._maybe
        alone = self._module.get(node.name) is function
        scope = self._arguments(node.args, values, named)
        self._scopes = [scope] if alone else [*scopes, scope]
        self._following.append(node)
        self._returned.append([])
        self._block(node.body)
        returned = self._returned.pop()
        self._following.pop()
        self._scopes, self._maybe = scopes, maybe
        return returned[0] if len(returned) == 1 else UNTOLD

    def _arguments(
        self, wanted: ast.arguments, values: Sequence[object], named: dict[str, object]
    ) -> Scope:
        positional = [*wanted.posonlyargs, *wanted.args]
        scope: Scope = {each.arg: UNTOLD for each in (*positional, *wanted.kwonlyargs)}
        scope |= {each.arg: UNTOLD for each in (wanted.vararg, wanted.kwarg) if each is not None}
        for name, default in zip(reversed(positional), reversed(wanted.defaults), strict=False):
            scope[name.arg] = self._see(default)
        for name, given in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True):
            scope[name.arg] = self._see(given) if given is not None else UNTOLD
        for name, value in zip(positional, values, strict=False):
            scope[name.arg] = value
        return scope | {name: value for name, value in named.items() if name in scope}

    def _block(self, statements: Sequence[ast.stmt]) -> bool:
        """Follow statements; whether one of them surely ends the function."""
        return any(self._statement(statement) for statement in statements)

    def _statement(self, node: ast.stmt) -> bool:
        self._count()
        follow = self._FOLLOWED.get(type(node))
        if follow is not None:
            return bool(follow(self, node))
        self._scopes[-1].update(defined(node))
        return False

    def _return(self, node: ast.Return) -> bool:
        value = self._see(node.value) if node.value is not None else None
        self._returned[-1].append(value)
        return True

    def _raise(self, node: ast.Raise) -> bool:
        self._parts(node)
        return True

    def _parts(self, node: ast.stmt) -> None:
        self._see_all(ast.iter_child_nodes(node))

    def _assign(self, node: ast.Assign) -> None:
        value = self._see(node.value)
        for target in node.targets:
            self._bind(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, self._see(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            left = ast.Name(node.target.id, ast.Load())
            self._bind(node.target, self._see(ast.BinOp(left, node.op, node.value)))
        else:
            self._see(node.value)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._scopes[-1].update(imported(node))

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        for item in node.items:
            entered = self._see(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, entered)
        return self._block(node.body)

    def _match(self, node: ast.Match) -> None:
        self._see(node.subject)
        for case in node.cases:
            self._perhaps(case.body)

    def _while(self, node: ast.While) -> None:
        self._see(node.test)
        for name in assigned_in([node]):
            self._scopes[-1][name] = UNTOLD
        self._perhaps([*node.body, *node.orelse])

    def _if(self, node: ast.If) -> bool:
        known = self._see(node.test)
        if isinstance(known, bool):
            return self._block(node.body if known else node.orelse)
        ends = [self._perhaps(branch) for branch in (node.body, node.orelse)]
        if any(ends) and not all(ends):
            self._maybe += 1  # to the end of this function
        return all(ends)

    def _perhaps(self, statements: list[ast.stmt]) -> bool:
        """Follow what may happen or not; what it binds is not known before or after."""
        bound = dict.fromkeys(assigned_in(statements), UNTOLD)
        self._maybe += 1
        before = dict(self._scopes[-1])
        ended = self._block(statements)
        self._scopes[-1].clear()
        self._scopes[-1].update({**before, **bound})
        self._maybe -= 1
        return ended

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        elements = self._see(node.iter)
        if isinstance(elements, tuple) and len(elements) <= MOST_ELEMENTS:
            for element in elements:
                self._bind(node.target, element)
                if self._block(node.body):
                    self._maybe += 1
            self._block(node.orelse)
            return
        for name in assigned_in([node]):
            self._scopes[-1][name] = UNTOLD
        self._perhaps([*node.body, *node.orelse])

    def _try(self, node: ast.stmt) -> None:
        self._perhaps(getattr(node, "body", []))
        for handler in getattr(node, "handlers", []):
            self._perhaps(handler.body)
        self._perhaps(getattr(node, "orelse", []))
        self._block(getattr(node, "finalbody", []))

    _FOLLOWED: ClassVar[dict[type[ast.AST], Callable[..., object]]] = {
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.Try: _try,
        ast.Import: _import,
        ast.ImportFrom: _import,
        ast.Expr: _parts,
        ast.Assert: _parts,
        ast.Delete: _parts,
    }

    if hasattr(ast, "TryStar"):
        _FOLLOWED[ast.TryStar] = _try
