"""Columns and types as a migration's text writes them."""

from __future__ import annotations

import ast

import msgspec

from safeguards.migrations.effects.values import SHARE_ROW_EXCLUSIVE, UNKNOWN

_INTEGERS = ("SmallInteger", "Integer", "BigInteger")
_ALIASES = {"SMALLINT": "SmallInteger", "INTEGER": "Integer", "INT": "Integer"}
_ALIASES |= {"BIGINT": "BigInteger", "VARCHAR": "String", "TEXT": "Text", "Unicode": "String"}
_ALIASES |= {"UnicodeText": "Text"}
_DEFAULTS = frozenset({"Identity", "Computed", "FetchedValue"})


class Column(msgspec.Struct, frozen=True):
    """What is known of a column. `optional` tells that rows can be added without naming it,
    `null` that it is null in them.
    """

    name: str
    optional: bool
    null: bool = False
    strict: bool = False
    referents: tuple[str, ...] = ()


def last_name(node: ast.expr) -> str:
    """`Column` of `sa.Column` and of `Column`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    """The arguments that are named."""
    return {each.arg: each.value for each in call.keywords if each.arg is not None}


def column(node: ast.expr | None) -> Column | None:
    """The column that a call makes; None where the text does not tell."""
    if not isinstance(node, ast.Call) or last_name(node.func) != "Column":
        return None
    given = keywords(node)
    if len(given) != len(node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    first = node.args[0] if node.args else given.get("name")
    name = first.value if isinstance(first, ast.Constant) else None
    parts = [each for each in node.args if isinstance(each, ast.Call)]
    named = {last_name(each.func) for each in parts}
    default = "server_default" in given and not _is(given["server_default"], None)
    primary = "primary_key" in given and not _is(given["primary_key"], False)
    nullable = not primary and ("nullable" not in given or _is(given["nullable"], True))
    unique = "unique" in given and not _is(given["unique"], False, None)
    return Column(
        name=name if isinstance(name, str) else UNKNOWN,
        optional=nullable or default or bool(named & _DEFAULTS),
        null=nullable and not default and not named & _DEFAULTS,
        strict=unique or primary or "CheckConstraint" in named,
        referents=tuple(referent for part in parts for referent in _referents(part)),
    )


def referent_locks(nodes: list[ast.expr]) -> tuple[tuple[str, str], ...]:
    """The locks on the tables that columns and constraints of a new table refer to."""
    found: list[str] = []
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        parts = call.args if last_name(call.func) == "Column" else [call]
        found += [r for part in parts if isinstance(part, ast.Call) for r in _referents(part)]
    return tuple((table, SHARE_ROW_EXCLUSIVE) for table in dict.fromkeys(found))


def _referents(call: ast.Call) -> list[str]:
    """The tables that a `ForeignKey` or `ForeignKeyConstraint` names."""
    kind = last_name(call.func)
    if kind == "ForeignKey":
        targets = call.args[:1] or [ast.Constant(None)]
    elif kind == "ForeignKeyConstraint":
        listed = call.args[1] if len(call.args) > 1 else keywords(call).get("refcolumns")
        targets = listed.elts[:1] if isinstance(listed, ast.List | ast.Tuple) else []
        targets = targets or [ast.Constant(None)]
    else:
        return []
    values = [each.value if isinstance(each, ast.Constant) else None for each in targets]
    return [v.rpartition(".")[0] or UNKNOWN if isinstance(v, str) else UNKNOWN for v in values]


def is_wider(new: ast.expr, old: ast.expr | None) -> bool:
    """Whether every value of the old type fits the new one, as far as the text tells both."""
    if old is None:
        return False
    (name, length), (before, old_length) = _type(new), _type(old)
    if name in _INTEGERS and before in _INTEGERS:
        return _INTEGERS.index(name) >= _INTEGERS.index(before)
    if name == "Text":
        return before in {"String", "Text"} and length is None
    if name == before == "String":
        return length is None or (old_length is not None and length >= old_length)
    return False


def _type(node: ast.expr) -> tuple[str, int | None]:
    """The name of a type and its length; an empty name for one with more to it."""
    if not isinstance(node, ast.Call):
        name = last_name(node)
        return _ALIASES.get(name, name), None
    name = last_name(node.func)
    given = keywords(node)
    arguments = [*node.args, *([given.pop("length")] if "length" in given else [])]
    if given or len(arguments) > 1 or len(node.keywords) > 1:
        return "", None
    if not arguments:
        return _ALIASES.get(name, name), None
    length = arguments[0].value if isinstance(arguments[0], ast.Constant) else None
    if isinstance(length, int) and not isinstance(length, bool):
        return _ALIASES.get(name, name), length
    return (
        ("", None)
        if length is not None or not isinstance(arguments[0], ast.Constant)
        else (
            _ALIASES.get(name, name),
            None,
        )
    )


def _is(node: ast.expr, *values: object) -> bool:
    return isinstance(node, ast.Constant) and any(node.value is value for value in values)
