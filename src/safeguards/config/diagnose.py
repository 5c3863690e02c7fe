"""What is wrong with a configuration that did not decode: every fault with its full key.

msgspec stops at the first fault and leaves the names of targets and tables out of its paths, so
a configuration that it refuses is walked again here.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from safeguards.config.describe import (
    Field,
    every_key,
    fields_of,
    members,
    note,
    peel,
    words,
)
from safeguards.config.schema import Config

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
LONGEST = 60


class Fault(msgspec.Struct, frozen=True):
    """One wrong key or value; `hint` is what to do about it."""

    key: str
    text: str
    hint: str = ""


def faults(value: Any, kind: Any = Config, key: str = "") -> Iterator[Fault]:
    """Every fault of `value`, which should be of type `kind`; `key` is where it stands."""
    kind = _alternative(value, kind)
    base, _ = peel(kind)
    origin = typing.get_origin(base)
    if isinstance(base, type) and issubclass(base, msgspec.Struct) and isinstance(value, dict):
        yield from _table_faults(value, base, key)
    elif origin is dict and isinstance(value, dict):
        yield from _named_faults(value, base, key)
    elif origin is tuple and isinstance(value, list) and _converts(value, kind, deep=False):
        for index, item in enumerate(value):
            yield from faults(item, typing.get_args(base)[0], f"{key}[{index}]")
    elif not _converts(value, kind):
        yield _wrong(value, kind, key)


def dotted(key: str, name: str) -> str:
    """`key.name`, with the name quoted where TOML needs that."""
    name = name if BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    return f"{key}.{name}" if key else name


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that is most like `name`, or an empty string."""
    known = {name.lower(): name for name in names}
    close = difflib.get_close_matches(name.lower().replace("_", "-"), known, 1, 0.6)
    return known[close[0]] if close else ""


def found(value: Any) -> str:
    """A value of a configuration in words, cut to one line."""
    if isinstance(value, dict):
        return "a table" if value else "an empty table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, datetime.date | datetime.time):
        return f"the date or time {value}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _alternative(value: Any, kind: Any) -> Any:
    """The member of a union that `value` is meant to be; the union itself when none fits."""
    alternatives = members(kind)
    if len(alternatives) == 1:
        return alternatives[0] if note(kind, "expected") is None else kind
    for member in alternatives:
        base, _ = peel(member)
        holds_keys = typing.get_origin(base) is dict or (
            isinstance(base, type) and issubclass(base, msgspec.Struct)
        )
        if isinstance(value, dict) and holds_keys:
            return member
        if isinstance(value, list) and typing.get_origin(base) is tuple:
            return member
    return kind


def _table_faults(
    table: Mapping[str, Any], section: type[msgspec.Struct], key: str
) -> Iterator[Fault]:
    fields = {field.key: field for field in fields_of(section)}
    clean = True
    for name, value in table.items():
        field = fields.get(name)
        wrong = (
            [_unknown(name, list(fields), key)]
            if field is None
            else list(faults(value, field.type, dotted(key, name)))
        )
        clean = clean and not wrong
        yield from wrong
    for field in fields.values():
        if field.default is msgspec.NODEFAULT and field.key not in table:
            clean = False
            yield _missing(field, key)
    if clean:
        yield from _whole_table_fault(table, section, key)


def _whole_table_fault(
    table: Mapping[str, Any], section: type[msgspec.Struct], key: str
) -> Iterator[Fault]:
    """What `__post_init__` says: `KEY: text` about a key of the table, or text about the table."""
    try:
        msgspec.convert(table, section)
    except msgspec.ValidationError as error:
        where, colon, text = str(error).partition(": ")
        if colon and " " not in where:
            yield Fault(f"{key}.{where}" if key else where, text)
        else:
            yield Fault(key, str(error))


def _named_faults(table: Mapping[str, Any], kind: Any, key: str) -> Iterator[Fault]:
    name_kind, value_kind = typing.get_args(kind)
    for name, value in table.items():
        here = dotted(key, name)
        if not _converts(name, name_kind):
            yield Fault(here, f"the key has to be {words(name_kind)}")
        if value_kind is not Any:
            yield from faults(value, value_kind, here)


def _unknown(name: str, names: list[str], key: str) -> Fault:
    close = nearest(name, names)
    elsewhere = "" if close else _same_name_elsewhere(name)
    guess = close or elsewhere
    meant = f'; did you mean "{guess}"?' if guess else ""
    return Fault(
        dotted(key, name), f"unknown key{meant}", f"the keys here are {', '.join(sorted(names))}"
    )


def _same_name_elsewhere(name: str) -> str:
    wanted = name.lower().replace("_", "-")
    keys = (full for full in every_key(Config) if full.rpartition(".")[2] == wanted)
    return next(keys, "")


def _missing(field: Field, key: str) -> Fault:
    return Fault(dotted(key, field.key), f"missing; expected {words(field.type)}")


def _wrong(value: Any, kind: Any, key: str) -> Fault:
    announced = note(kind, "announced") or ()
    if isinstance(value, str) and value in announced:
        return Fault(key, f'"{value}" is not available yet; expected {words(kind)}')
    secret = any(note(member, "secret") for member in members(kind))
    seen = "another string" if secret and isinstance(value, str) else found(value)
    return Fault(key, f"expected {words(kind)}, found {seen}{_guess(value, kind)}")


def _guess(value: Any, kind: Any) -> str:
    """The choice that is nearest to a value that is none of the choices."""
    for member in members(kind):
        base, _ = peel(member)
        if typing.get_origin(base) is Literal:
            choices = [str(choice) for choice in typing.get_args(base)]
            close = str(value) if str(value) in choices else nearest(str(value), choices)
            return f'; did you mean "{close}"?' if close else ""
    return ""


def _converts(value: Any, kind: Any, *, deep: bool = True) -> bool:
    """Whether msgspec takes the value; not `deep`: only its length, not its items."""
    if not deep:
        least = note(kind, "min_length") or 0
        return len(value) >= least
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
