"""The table in which an environment keeps its revisions, as the text of its env.py tells it."""

from __future__ import annotations

import ast

import msgspec

from safeguards.migrations.values import NotKnownError, Values

DEFAULT = "alembic_version"


class VersionTable(msgspec.Struct, frozen=True):
    """A table, and its schema where one is named; without one the database's search decides."""

    name: str = DEFAULT
    schema: str | None = None


def stated(source: bytes) -> VersionTable | None:
    """What every `context.configure(…)` of an env.py says; None where only running it would tell.

    Where none of them names a table it is Alembic's own.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    values = Values(tree, ())
    try:
        found = {
            _named(node, values)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "configure"
        }
    except NotKnownError:
        return None
    return found.pop() if len(found) == 1 else None


def _named(call: ast.Call, values: Values) -> VersionTable:
    given: dict[str, str | None] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise NotKnownError
        if keyword.arg in ("version_table", "version_table_schema"):
            given[keyword.arg] = _text(keyword.value, values)
    return VersionTable(given.get("version_table") or DEFAULT, given.get("version_table_schema"))


def _text(node: ast.expr, values: Values) -> str | None:
    value: object
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.Name):
        value = values.value(node.id)
    else:
        raise NotKnownError
    if value is None or isinstance(value, str):
        return value
    raise NotKnownError
