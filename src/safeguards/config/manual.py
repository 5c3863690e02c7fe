"""What is generated from the schema: its JSON Schema, and its page of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from safeguards.config.describe import Field, fields_of, tables_in, words
from safeguards.config.example import EXAMPLE
from safeguards.config.schema import Config

INTRODUCTION = """\
# Configuration

`[tool.safeguards]` in `pyproject.toml`, or the same keys at the top level of `safeguards.toml`,
which wins when both lie in one folder. The nearest of them counts, from the current folder
upwards, at most to the top of the repository; paths in it are relative to its folder. Every key
has a default unless it says *required*. An unknown key or a wrong value ends every command with
exit code 78, the name of the key and the nearest valid one.

Nothing secret is written in it: `env:NAME` stands for a variable of the environment, `file:PATH`
for the content of a file. They are looked up only by the commands that talk to that target, so
that a variable that is not set never stops a commit; one that is needed and missing ends the
command with exit code 78. Only `database.url` then falls back to `database.container`.

For editors there is a JSON Schema of the top level of `safeguards.toml`:
[safeguards.schema.json](../src/safeguards/config/safeguards.schema.json).
"""


def json_schema() -> str:
    """The JSON Schema (2020-12) of the keys, as text that ends with a newline."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "safeguards",
        **_without_null(msgspec.json.schema(Config)),
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def configuration_page() -> str:
    """The page of the manual in Markdown: every table, every key, and a whole example."""
    tables = "\n".join(_table_page(name, section) for name, section in sections())
    return f"{INTRODUCTION}\n{tables}\n## A whole example\n\n```toml\n{EXAMPLE}```\n"


def sections() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """Every table of the configuration with its name, in the order of the schema."""
    for field in fields_of(Config):
        yield from _sections(field, "")


def _sections(field: Field, prefix: str) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    for section, suffix in tables_in(field.type):
        name = f"{prefix}{field.key}{suffix}"
        yield name, section
        for inner in fields_of(section):
            yield from _sections(inner, f"{name}.")


def _table_page(name: str, section: type[msgspec.Struct]) -> str:
    rows = "\n".join(_row(field) for field in fields_of(section))
    return (
        f"## `{name}`\n\n{section.__doc__}\n\n"
        f"| key | value | default | meaning |\n|---|---|---|---|\n{rows}\n"
    )


def _row(field: Field) -> str:
    cells = (f"`{field.key}`", _plain(words(field.type)), _default(field), _plain(field.meaning))
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Text in a cell of a table, where Markdown reads no marks into globs."""
    return text.replace("|", r"\|").replace("*", r"\*")


def _default(field: Field) -> str:
    if field.default is msgspec.NODEFAULT:
        return "*required*"
    if field.default is None or isinstance(field.default, msgspec.Struct | dict):
        return ""
    if isinstance(field.default, float):
        return f"`{field.default:g}`"
    return f"`{msgspec.json.encode(field.default).decode()}`"


def _without_null(schema: Any) -> Any:
    """The schema without null, which TOML does not have: a key that is not given is left out."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: _without_null(value)
        for key, value in schema.items()
        if not (key == "default" and (value is None or isinstance(value, dict)))
    }
    if "enum" in kept and None in kept["enum"]:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    if "anyOf" in kept:
        options = [option for option in kept.pop("anyOf") if option != {"type": "null"}]
        kept = {**kept, **options[0]} if len(options) == 1 else {**kept, "anyOf": options}
    return kept
