"""Whatever msgspec refuses, the walk finds and names; what it takes, the walk takes too."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguards.config.diagnose import dotted, faults, found, nearest
from safeguards.config.example import EXAMPLE
from safeguards.config.load import decode, read_table
from safeguards.config.schema import Config
from safeguards.errors import ConfigError

WORDS = st.sampled_from(["paths", "ddl", "env:X", "env:", "file:a", "SG101", "/a", "1h", "20%", ""])
SCALARS = st.booleans() | st.integers(-5, 700) | st.floats() | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged_examples(draw: st.DrawFn) -> dict[str, Any]:
    """The example with one value replaced, added or removed, anywhere."""
    example = read_table(EXAMPLE, "example", "pyproject")
    assert example is not None
    holder: Any = example
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return example
        key = draw(st.sampled_from(keys))
        if isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 3)):
            holder = holder[key]
            continue
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(VALUES)
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(WORDS)] = draw(VALUES)
        return example


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged_examples() | st.dictionaries(WORDS, VALUES, max_size=3))
def test_the_walk_and_msgspec_agree(section: dict[str, Any]) -> None:
    try:
        msgspec.convert(section, Config)
    except msgspec.ValidationError:
        assert list(faults(section))
        with pytest.raises(ConfigError, match=r"^here:"):
            decode(section, "here")
    else:
        assert list(faults(section)) == []


@pytest.mark.parametrize(
    ("key", "name", "written"),
    [
        ("", "scan", "scan"),
        ("scan", "per-file-ignores", "scan.per-file-ignores"),
        ("records", "audit.events", 'records."audit.events"'),
        ("records", 'odd"name', 'records."odd\\"name"'),
        ("records", "", 'records.""'),
    ],
)
def test_keys_are_written_as_in_toml(key: str, name: str, written: str) -> None:
    assert dotted(key, name) == written


@pytest.mark.parametrize(
    ("name", "close"),
    [("path", "paths"), ("source_roots", "source-roots"), ("PATHS", "paths"), ("zzz", "")],
)
def test_nearest(name: str, close: str) -> None:
    assert nearest(name, ["paths", "source-roots", "exclude"]) == close


def test_long_values_are_cut_to_one_line() -> None:
    assert found("a\n" + "b" * 500) == '"a\\n' + "b" * 55 + "…"
