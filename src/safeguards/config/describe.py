"""Types of the schema in words, for error messages and for the manual."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union

import msgspec


class Field(msgspec.Struct, frozen=True):
    """One key of a table; `default` is `msgspec.NODEFAULT` for a required one."""

    key: str
    type: Any
    default: Any
    meaning: str


def fields_of(section: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The keys of a table, in the order of the schema."""
    return tuple(
        Field(
            key=field.encode_name,
            type=field.type,
            default=field.default_factory()
            if field.default_factory is not msgspec.NODEFAULT
            else field.default,
            meaning=note(field.type, "description") or "",
        )
        for field in msgspec.structs.fields(section)
    )


def peel(kind: Any) -> tuple[Any, tuple[msgspec.Meta, ...]]:
    """A type without its annotations, and the annotations."""
    if typing.get_origin(kind) is Annotated:
        base, *metas = typing.get_args(kind)
        return base, tuple(meta for meta in metas if isinstance(meta, msgspec.Meta))
    return kind, ()


def note(kind: Any, name: str) -> Any:
    """What a type's annotations say under `name`, or None."""
    for meta in peel(kind)[1]:
        found = getattr(meta, name, None) or (meta.extra or {}).get(name)
        if found is not None:
            return found
    return None


def members(kind: Any) -> tuple[Any, ...]:
    """The alternatives of a type without None; a type that is no union is its only one."""
    base, _ = peel(kind)
    if typing.get_origin(base) not in (Union, types.UnionType):
        return (kind,)
    return tuple(
        member
        for outer in typing.get_args(base)
        if outer is not types.NoneType
        for member in members(outer)
    )


def words(kind: Any) -> str:
    """What a value of this type has to be, such as `"a list (each: a path)"`."""
    expected = note(kind, "expected")
    if expected is not None:
        return str(expected)
    alternatives = members(kind)
    if len(alternatives) > 1 or alternatives[0] is not kind:
        return ", or ".join(words(member) for member in alternatives)
    base, _ = peel(kind)
    origin, arguments = typing.get_origin(base), typing.get_args(base)
    if origin is Literal:
        return "one of " + ", ".join(f'"{value}"' for value in arguments)
    if origin is tuple:
        return f"a list (each: {words(arguments[0])})"
    if origin is dict and arguments[1] is not Any:
        return f"a table (each value: {words(arguments[1])})"
    plain = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
    return plain.get(base, "a table")


def every_key(section: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Every key below a table, dotted; names that the user chooses are `NAME`."""
    for field in fields_of(section):
        key = f"{prefix}{field.key}"
        yield key
        for inner, suffix in tables_in(field.type):
            yield from every_key(inner, f"{key}{suffix}.")


def tables_in(kind: Any) -> Iterator[tuple[type[msgspec.Struct], str]]:
    """The tables that a value of this type is or holds, with the key that leads to each."""
    for member in members(kind):
        base, _ = peel(member)
        origin, arguments = typing.get_origin(base), typing.get_args(base)
        if isinstance(base, type) and issubclass(base, msgspec.Struct):
            yield base, ""
        elif origin is tuple:
            yield from ((table, f"[]{rest}") for table, rest in tables_in(arguments[0]))
        elif origin is dict:
            yield from ((table, f".NAME{rest}") for table, rest in tables_in(arguments[1]))
