"""Regular expressions are applied to names only where that can neither take long nor fail."""

from __future__ import annotations

import pytest

from safeguards.findings import Place
from safeguards.scan.interpret.strings import MAX_PATTERN, substitute
from safeguards.scan.interpret.values import Literal, Unknown, Value, text

NOWHERE = Place("models.py")


def literals(*texts: str) -> list[Value]:
    return [Literal(each, NOWHERE) for each in texts]


def test_a_camel_case_name_becomes_a_snake_case_one() -> None:
    assert text(substitute(literals(r"([a-z])([A-Z])", r"\1_\2", "OrderLine"), {})) == "Order_Line"


@pytest.mark.parametrize(
    "texts",
    [
        ("(a+)+$", "", "a" * 60 + "b"),
        ("(a|aa){30}", "", "a" * 60),
        ("a*a*a*a*b", "", "a" * 60),
        (r"(a*)\1", "", "a" * 60),
        ("a", "b" * (MAX_PATTERN + 1), "a"),
        ("(", "", "a"),
        ("a", r"\9", "a"),
    ],
)
def test_what_may_take_long_or_fail_is_unknown(texts: tuple[str, ...]) -> None:
    assert isinstance(substitute(literals(*texts), {}), Unknown)


def test_a_doubtful_pattern_warns_nobody() -> None:
    assert text(substitute(literals("[[a]", "b", "a"), {})) == "b"


def test_flags_and_functions_are_unknown() -> None:
    given = literals("a", "b", "a")
    assert isinstance(substitute(given, {"flags": Literal(2, NOWHERE)}), Unknown)
    assert isinstance(substitute([given[0], Unknown("a function"), given[2]], {}), Unknown)
