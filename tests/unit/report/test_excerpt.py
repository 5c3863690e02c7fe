"""The line of source under a finding, and where its caret stands."""

from __future__ import annotations

import pytest

from safeguards.findings import Place
from safeguards.report.excerpt import WIDEST, excerpt


def shown(line: str, column: int, number: int = 1) -> list[str]:
    lines = [""] * (number - 1) + [line]
    return list(excerpt(Place("a.py", number, column, number), {"a.py": lines}))


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [
        ("x = y()", 5, 4),
        ("\tx = y()", 6, 8),
        ("名前 = y()", 6, 7),
        ("e\u0301 = y()", 6, 4),
        ("\x1b = y()", 5, 7),
        ("y", 1, 0),
    ],
)
def test_the_caret_stands_below_what_is_meant(line: str, column: int, caret: int) -> None:
    above, below = shown(line, column)
    assert below == f"  | {' ' * caret}^"
    assert above.endswith("y()") or line == "y"


def test_the_number_has_its_own_column() -> None:
    assert shown("x", 1, number=120) == ["120 | x", "    | ^"]


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "a" * 300 + "HERE" + "b" * 300
    above, below = shown(line, 301)
    assert len(above) <= WIDEST + 6
    assert above[below.index("^") :].startswith("HERE")
    assert above.startswith("1 | …a")
    assert above.endswith("b…")
    assert shown("HERE" + "b" * 300, 1)[0].startswith("1 | HEREbb")
    assert shown("a" * 300 + "HERE", 301)[0].endswith("aHERE")


@pytest.mark.parametrize(
    "place",
    [Place("b.py"), Place("a.py", 3), Place("a.py", 1, 9), Place("a.py", 2), Place("a.py", 0)],
)
def test_a_place_that_is_not_there_shows_nothing(place: Place) -> None:
    assert list(excerpt(place, {"a.py": ["x = 1   ", ""]})) == []


def test_nothing_in_a_line_steers_the_terminal() -> None:
    (above, _) = shown("x = '\x1b[31m\u202e\x9b'", 1)
    assert above == "1 | x = '\\x1b[31m\\u202e\\x9b'"
