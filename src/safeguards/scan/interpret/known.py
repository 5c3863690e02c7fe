"""Calls of Python's own functions whose result is plain from their arguments."""

from __future__ import annotations

from collections.abc import Callable

from safeguards.scan.interpret import patterns
from safeguards.scan.interpret.displays import elements
from safeguards.scan.interpret.values import (
    Given,
    Literal,
    Made,
    Mapping,
    Partial,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
)

MAX_RANGE = 2000
"""Numbers that a `range` may hold; a longer one is not looked at."""


def call(name: str, given: Given) -> Value:
    """The result of calling what is known by this dotted name; mostly, something made by it."""
    answer = _ANSWERS.get(name.removeprefix("builtins.") if _is_plain(name) else name)
    found = answer(given) if answer is not None and given.complete else None
    if found is None and name in _SEQUENCES:
        found = Sequence([], complete=False)
    if found is None and name == "builtins.dict" and not given.args:
        found = Mapping(dict(given.kwargs), complete=given.complete)
    if found is not None:
        return found
    return Made(name, given.args, given.kwargs, given.place, complete=given.complete)


_SEQUENCES = frozenset({
    "builtins.enumerate", "builtins.list", "builtins.range", "builtins.reversed", "builtins.set",
    "builtins.sorted", "builtins.tuple", "builtins.zip",
})  # fmt: skip


def _is_plain(name: str) -> bool:
    return name.startswith("builtins.")


def _sequence(given: Given) -> Value | None:
    if not given.args:
        return Sequence([])
    items = elements(given.args[0], given.place) if len(given.args) == 1 else None
    return None if items is None else Sequence(list(items))


def _sorted(given: Given) -> Value | None:
    items = elements(given.args[0], given.place) if len(given.args) == 1 else None
    if items is None or given.kwargs or any(text(item) is None for item in items):
        return None
    return Sequence(sorted(items, key=lambda item: text(item) or ""))


def _reversed(given: Given) -> Value | None:
    items = elements(given.args[0], given.place) if len(given.args) == 1 else None
    return None if items is None else Sequence(items[::-1])


def _range(given: Given) -> Value | None:
    numbers = [a.value for a in given.args if isinstance(a, Literal) and type(a.value) is int]
    if len(numbers) != len(given.args) or not 1 <= len(numbers) <= 3 or 0 in numbers[2:]:
        return None
    found = range(*(int(n) for n in numbers))
    if found and abs(found[-1] - found[0]) // abs(found.step) >= MAX_RANGE:
        return None
    return Sequence([Literal(number, given.place) for number in found])


def _zip(given: Given) -> Value | None:
    rows = [elements(each, given.place) for each in given.args]
    known = [row for row in rows if row is not None]
    if len(known) != len(rows) or given.kwargs:
        return None
    return Sequence([Sequence(list(row)) for row in zip(*known, strict=False)])


def _enumerate(given: Given) -> Value | None:
    items = elements(given.args[0], given.place) if given.args else None
    start = given.kwargs.get("start", given.args[1] if len(given.args) > 1 else None)
    first = start.value if isinstance(start, Literal) else 0 if start is None else None
    if items is None or not isinstance(first, int):
        return None
    numbered = enumerate(items, start=first)
    return Sequence([Sequence([Literal(n, given.place), item]) for n, item in numbered])


def _dict(given: Given) -> Value | None:
    found: dict[str, Value] = {}
    for argument in given.args:
        if isinstance(argument, Mapping) and argument.complete:
            found.update(argument.items)
            continue
        for pair in elements(argument, given.place) or [Unknown("no pairs")]:
            parts = elements(pair, given.place) or []
            key = text(parts[0]) if len(parts) == 2 else None
            if key is None:
                return None
            found[key] = parts[1]
    return Mapping({**found, **given.kwargs})


def _str(given: Given) -> Value | None:
    first = given.args[0] if given.args else None
    if isinstance(first, Literal) and type(first.value) in {str, int}:
        return Literal(str(first.value), first.place)
    return None


def _len(given: Given) -> Value | None:
    items = elements(given.args[0], given.place) if len(given.args) == 1 else None
    return None if items is None else Literal(len(items), given.place)


def _type(given: Given) -> Value | None:
    return Symbol("builtins.type") if len(given.args) == 1 else None


def _second(given: Given) -> Value | None:
    return given.args[1] if len(given.args) == 2 else None


def _first_text(given: Given) -> Value | None:
    return given.args[0] if given.args and text(given.args[0]) is not None else None


def _partial(given: Given) -> Value | None:
    if not given.args:
        return None
    return Partial(given.args[0], Given(given.args[1:], given.kwargs, given.place))


_ANSWERS: dict[str, Callable[[Given], Value | None]] = {
    "list": _sequence,
    "tuple": _sequence,
    "set": _sequence,
    "frozenset": _sequence,
    "sorted": _sorted,
    "reversed": _reversed,
    "range": _range,
    "zip": _zip,
    "enumerate": _enumerate,
    "dict": _dict,
    "str": _str,
    "len": _len,
    "type": _type,
    "collections.OrderedDict": _dict,
    "sqlalchemy.quoted_name": _first_text,
    "sqlalchemy.sql.quoted_name": _first_text,
    "typing.cast": _second,
    "typing_extensions.cast": _second,
    "functools.partial": _partial,
    "re.findall": lambda given: patterns.call("findall", given),
    "re.split": lambda given: patterns.call("split", given),
    "re.sub": lambda given: patterns.call("sub", given),
}
