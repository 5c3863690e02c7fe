"""What the names in a migration stand for, as far as its text tells."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Mapping
from typing import Literal

import msgspec

from safeguards.migrations.effects.text import HOLE

Kind = Literal[
    "unknown",
    "data",
    "operations",
    "batch",
    "operation",
    "alembic",
    "context",
    "bind",
    "session",
    "query",
    "sqlalchemy",
    "library",
    "builtin",
    "function",
    "class",
    "table",
    "statement",
    "made",
]


class Thing(msgspec.Struct, frozen=True):
    """A value that is no literal. `name` is its table, its dotted name, or what made it."""

    kind: Kind
    name: str = ""
    node: ast.AST | None = None
    own: str = ""


UNTOLD = Thing("unknown")
DATA = Thing("data")
"""A collection of this file's own; what is done to it is done to nothing else."""

_DANGEROUS = frozenset({"exec", "eval", "compile", "__import__", "globals", "locals", "vars"})
_ELSEWHERE = frozenset({"subprocess", "importlib", "runpy", "ctypes", "multiprocessing", "sqlite3"})
_SESSIONS = frozenset({"Session", "sessionmaker", "scoped_session", "AsyncSession"})
_STATEMENTS = frozenset({"insert", "update", "delete", "select"})


def imported(statement: ast.Import | ast.ImportFrom) -> dict[str, Thing]:
    """The names that an import binds."""
    if isinstance(statement, ast.Import):
        return {
            each.asname or each.name.partition(".")[0]: _module(
                each.name if each.asname else each.name.partition(".")[0]
            )
            for each in statement.names
        }
    module = statement.module or ""
    if statement.level:
        return {each.asname or each.name: UNTOLD for each in statement.names}
    return {
        each.asname or each.name: member(_module(module), each.name) for each in statement.names
    }


def _module(name: str) -> Thing:
    root = name.partition(".")[0]
    if name == "alembic.op":
        return Thing("operations")
    if root == "alembic":
        return Thing("alembic", name)
    if root == "sqlalchemy":
        return Thing("sqlalchemy", name)
    safe = root in sys.stdlib_module_names and root not in _ELSEWHERE
    return Thing("library", name) if safe else UNTOLD


def member(thing: object, name: str) -> Thing:
    """What an attribute of a thing stands for."""
    if not isinstance(thing, Thing):
        return UNTOLD
    if thing.kind == "alembic":
        return {"op": Thing("operations"), "context": Thing("context")}.get(name, UNTOLD)
    if thing.kind in {"operations", "batch"}:
        return Thing("operation", name, own=thing.name)
    if thing.kind in {"sqlalchemy", "library"}:
        return Thing(thing.kind, f"{thing.name}.{name}")
    if thing.kind in {"context", "bind", "session"} and name in {"connection", "bind", "engine"}:
        return Thing("bind")
    return UNTOLD


def builtin(name: str) -> Thing:
    """What a name stands for that the file does not bind."""
    known = hasattr(builtins, name) and name not in _DANGEROUS
    return Thing("builtin", name) if known else UNTOLD


def made_by(dotted: str, call: ast.Call, value: object) -> object:
    """What a call into SQLAlchemy gives; `value` is that of its first argument."""
    name = dotted.rpartition(".")[2]
    if name in {"text", "DDL"}:
        return value if isinstance(value, str) else HOLE
    if name in _SESSIONS:
        return Thing("session")
    if name in {"create_engine", "engine_from_config"}:
        return Thing("bind")
    if name in {"table", "Table"}:
        return Thing("table", value if isinstance(value, str) and HOLE not in value else "?")
    if name in _STATEMENTS:
        table = value.name if isinstance(value, Thing) and value.kind == "table" else "?"
        return Thing("statement", name, own=table)
    return Thing("made", name, call)


def assigned_in(nodes: list[ast.stmt]) -> set[str]:
    """Every name that statements may bind."""
    return {
        node.id
        for each in nodes
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


Scope = dict[str, object]


def module_scope(tree: ast.Module) -> Scope:
    """The functions, classes and imports of a file; what it assigns is not in it yet."""
    scope: Scope = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            scope |= imported(node)
    for statement in tree.body:
        scope |= defined(statement)
    return scope


def defined(statement: ast.stmt) -> Mapping[str, object]:
    """The function or class that a statement defines, none for another."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        # What decorates a function may do anything, or call it with anything.
        thing = UNTOLD if statement.decorator_list else Thing("function", statement.name, statement)
        return {statement.name: thing}
    if isinstance(statement, ast.ClassDef):
        return {statement.name: Thing("class", statement.name)}
    return {}
