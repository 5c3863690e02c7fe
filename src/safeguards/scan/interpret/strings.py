"""Operations on literals: the few that people build table and column names with."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from safeguards.findings import Place
from safeguards.scan.interpret.values import (
    Given,
    Literal,
    Made,
    Mapping,
    Member,
    Operation,
    Sequence,
    Unknown,
    Value,
    text,
    truth,
)

MAX_LENGTH = 1000
"""Characters of a computed string; a longer one is unknown."""

MAX_ITEMS = 5_000
"""Elements of a list; of a longer one nothing is told."""

MAX_NUMBER = 2**31
"""Numbers beyond are not computed with."""

_ARITHMETIC: dict[str, Callable[[Any, Any], int | bool]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_FIELDS = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\w*\})*")
_DIRECTIVES = re.compile(r"(?:[^%]|%%|%[sd])*")
_NAMED_DIRECTIVES = re.compile(r"(?:[^%]|%%|%\(\w+\)[sd])*")

_PLAIN_METHODS = frozenset({
    "capitalize", "casefold", "endswith", "isalpha", "isdigit", "islower", "isupper", "lower",
    "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "startswith", "strip",
    "swapcase", "title", "upper",
})  # fmt: skip


def operate(op: str, operands: list[Value]) -> Value:
    """The result of an operation; an `Operation` when it is not a matter of literals."""
    if op in {"and", "or", "not"}:
        return _logic(op, operands)
    if op == "-" and len(operands) == 1:
        number = _number(operands[0])
        if number is not None and isinstance(operands[0], Literal):
            return Literal(-number, operands[0].place)
    if len(operands) == 2:
        left, right = operands
        if op == "+" and isinstance(left, Sequence) and isinstance(right, Sequence):
            if len(left.items) + len(right.items) > MAX_ITEMS:
                return Sequence([], complete=False)
            return Sequence(left.items + right.items, complete=left.complete and right.complete)
        if op == "|" and isinstance(left, Mapping) and isinstance(right, Mapping):
            both = left.complete and right.complete
            return Mapping({**left.items, **right.items}, complete=both)
        if isinstance(left, Literal):
            found = _binary(op, left, right)
            if found is not None:
                return found
    return Operation(op, operands)


def concatenate(parts: list[Value], *, plain: bool) -> Value:
    """An f-string; an `Operation` when a part is not known."""
    texts = [str(p.value) if isinstance(p, Literal) else None for p in parts]
    if not plain:
        return Unknown("a string with unknown parts")
    if any(t is None for t in texts):
        return Operation("+", parts)
    place = next((p.place for p in parts if isinstance(p, Literal)), None)
    joined = "".join(t for t in texts if t is not None)
    if place is None or len(joined) > MAX_LENGTH:
        return Unknown("an empty or huge string")
    return Literal(joined, place)


def call_method(owner: Literal | Sequence | Mapping, name: str, given: Given) -> Value:
    """A method of a string, list or dict, where it only computes."""
    args, kwargs = given.args, given.kwargs
    if isinstance(owner, Mapping):
        return _mapping_method(owner, name, args, given.place)
    if isinstance(owner, Sequence) or not isinstance(owner.value, str):
        return Unknown(f"the result of .{name}()")
    if name == "join" and len(args) == 1 and isinstance(args[0], Sequence) and args[0].complete:
        parts = [text(item) for item in args[0].items]
        if all(part is not None for part in parts):
            return _bounded(owner, owner.value.join(p for p in parts if p is not None))
    literals = [a.value for a in args if isinstance(a, Literal)]
    named = {k: v.value for k, v in kwargs.items() if isinstance(v, Literal)}
    if len(literals) != len(args) or len(named) != len(kwargs):
        return Unknown(f"the result of .{name}()")
    try:
        if name == "format" and _FIELDS.fullmatch(owner.value):
            return _bounded(owner, owner.value.format(*literals, **named))
        if name in _PLAIN_METHODS and not named:
            return _bounded(owner, getattr(owner.value, name)(*literals))
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        pass
    return Unknown(f"the result of .{name}()")


def _mapping_method(owner: Mapping, name: str, args: list[Value], place: Place) -> Value:
    key = text(args[0]) if args else None
    if name == "get" and key is not None and key in owner.items:
        return owner.items[key]
    if name == "copy":
        return owner
    if name in {"items", "keys", "values"} and not args:
        keys = [Literal(each, place) for each in owner.items]
        pairs = zip(keys, owner.items.values(), strict=True)
        rows: dict[str, list[Value]] = {
            "items": [Sequence([each, value]) for each, value in pairs],
            "keys": [*keys],
            "values": [*owner.items.values()],
        }
        return Sequence(rows[name], complete=owner.complete)
    return Unknown(f"the result of .{name}()")


def _bounded(owner: Literal, result: object) -> Value:
    if isinstance(result, bool):
        return Literal(result, owner.place)
    if isinstance(result, str) and len(result) <= MAX_LENGTH:
        return Literal(result, owner.place)
    return Unknown("a huge string")


def _logic(op: str, operands: list[Value]) -> Value:
    truths = [truth(o) for o in operands]
    if op == "not":
        first = operands[0]
        if truths[0] is not None and isinstance(first, Literal):
            return Literal(not truths[0], first.place)
        return Operation(op, operands)
    for operand, known in zip(operands, truths, strict=True):
        if known is None:
            return Operation(op, operands)
        if known is (op == "or"):
            return operand
    return operands[-1]


def _binary(op: str, left: Literal, right: Value) -> Value | None:
    if op in {"in", "not in"} and isinstance(right, Sequence) and right.complete:
        items = [i.value for i in right.items if isinstance(i, Literal)]
        if len(items) == len(right.items):
            return Literal((left.value in items) is (op == "in"), left.place)
    if op == "%" and isinstance(left.value, str):
        return _percent(left, left.value, right)
    if not isinstance(right, Literal):
        return None
    if op == "+" and isinstance(left.value, str) and isinstance(right.value, str):
        return _bounded(left, left.value + right.value)
    numbers = (_number(left), _number(right))
    if op in _ARITHMETIC and None not in numbers:
        return Literal(_ARITHMETIC[op](*numbers), left.place)
    if op in {"==", "is"}:
        return Literal(left.value == right.value, left.place)
    if op in {"!=", "is not"}:
        return Literal(left.value != right.value, left.place)
    return None


def _number(value: Value) -> int | None:
    number = value.value if isinstance(value, Literal) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if abs(number) < MAX_NUMBER else None


def _percent(left: Literal, template: str, right: Value) -> Value | None:
    if isinstance(right, Mapping):
        named = {k: v.value for k, v in right.items.items() if isinstance(v, Literal)}
        if not right.complete or len(named) != len(right.items):
            return None
        return _filled(left, template, named) if _NAMED_DIRECTIVES.fullmatch(template) else None
    items = right.items if isinstance(right, Sequence) else [right]
    values = [i.value for i in items if isinstance(i, Literal)]
    if len(values) != len(items) or not _DIRECTIVES.fullmatch(template):
        return None
    return _filled(left, template, tuple(values))


def _filled(left: Literal, template: str, values: object) -> Value | None:
    try:
        return _bounded(left, template % values)
    except (KeyError, TypeError, ValueError, OverflowError, MemoryError):
        return None


def element(owner: Value, index: Value) -> Value:
    """`owner[index]` of a string, list or dict; an index may be a slice."""
    unknown = Unknown("an element of something unknown")
    if isinstance(index, Made) and index.symbol == "builtins.slice":
        return _part(owner, index) or unknown
    if not isinstance(index, Literal):
        return unknown
    if isinstance(owner, Mapping) and isinstance(index.value, str):
        return owner.items.get(index.value, Unknown("a key that is not there"))
    if isinstance(owner, Sequence) and isinstance(index.value, int):
        in_range = owner.complete and -len(owner.items) <= index.value < len(owner.items)
        return owner.items[index.value] if in_range else Unknown("an index out of range")
    if isinstance(owner, Literal) and isinstance(owner.value, str) and isinstance(index.value, int):
        letter = owner.value[index.value :][:1] if index.value != -1 else owner.value[-1:]
        return Literal(letter, owner.place) if letter else Unknown("an index out of range")
    if isinstance(owner, Member | Made) and isinstance(index.value, str):
        return Member(owner, index.value, index.place)
    return unknown


def _part(owner: Value, index: Made) -> Value | None:
    bounds = [each.value for each in index.args if isinstance(each, Literal)]
    whole = [each if isinstance(each, int) else None for each in bounds]
    if len(bounds) != len(index.args) or whole != bounds or whole[-1] == 0:
        return None
    if isinstance(owner, Literal) and isinstance(owner.value, str):
        return Literal(owner.value[slice(*whole)], owner.place)
    if isinstance(owner, Sequence) and owner.complete:
        return Sequence(owner.items[slice(*whole)])
    return None
