"""The manual and the JSON Schema say all that the structs say."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from safeguards.config.describe import Field, every_key, fields_of
from safeguards.config.example import EXAMPLE
from safeguards.config.load import read_table
from safeguards.config.manual import configuration_page, json_schema, sections
from safeguards.config.schema import Config

PAGE = configuration_page()
SCHEMA = json.loads(json_schema())
FIELDS = [
    pytest.param(name, section, field, id=f"{name}.{field.key}")
    for name, section in (("", Config), *sections())
    for field in fields_of(section)
]


def example() -> dict[str, Any]:
    section = read_table(EXAMPLE, "example", "pyproject")
    assert section is not None
    return section


def accepts(section: dict[str, Any]) -> bool:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return not list(validator.iter_errors(section))


def tables(value: Any) -> list[dict[str, Any]]:
    """Every table in the example whose keys the schema names."""
    if isinstance(value, list):
        return [table for item in value for table in tables(item)]
    if not isinstance(value, dict):
        return []
    free = {"targets", "per-file-ignores", "headers", "json", "records", "files"}
    inner = [
        table
        for key, item in value.items()
        if key not in free - {"targets", "records"}
        for table in tables(list(item.values()) if key in free and isinstance(item, dict) else item)
    ]
    return [value, *inner]


@pytest.mark.parametrize(("name", "section", "field"), FIELDS)
def test_every_key_is_described(name: str, section: type[msgspec.Struct], field: Field) -> None:
    assert field.meaning.endswith(".")
    described = SCHEMA["$defs"][section.__name__]["properties"][field.key]
    assert described["description"] == field.meaning
    if name:
        page = PAGE.split(f"## `{name}`\n")[1].split("\n## ")[0]
        assert f"| `{field.key}` |" in page


def test_every_table_has_a_heading() -> None:
    assert len(list(every_key(Config))) == len(FIELDS)
    for name, _ in sections():
        assert f"\n## `{name}`\n" in PAGE


def test_the_schema_is_valid_and_has_no_null() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "null" not in json_schema()


def test_the_schema_takes_the_example() -> None:
    assert accepts(example())


def test_the_schema_refuses_an_unknown_key_in_every_table() -> None:
    section = example()
    found = tables(section)
    assert len(found) >= 18
    for table in found:
        table["unknown"] = 1
        assert not accepts(section), table
        del table["unknown"]
    assert accepts(section)


@pytest.mark.parametrize(
    "section",
    [
        {"scan": {"ignore": ["E501"]}},
        {"scan": {"sqlalchemy": None}},
        {"push": {"gate": ["ddl"]}},
        {"targets": {"p": {"docker-host": "env:A-B"}}},
        {"targets": {"p": {"database": {"url": "postgresql://u:p@h/x"}}}},
        {"targets": {"p": {"sync": {"lock-timeout": 0}}}},
        {"targets": {"p": {"api": {"endpoints": ["/a"]}}}},
        {"targets": {"a b": {}}},
    ],
)
def test_the_schema_refuses_wrong_values(section: dict[str, Any]) -> None:
    assert not accepts(section)
