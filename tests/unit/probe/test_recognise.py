"""Exceptions and warnings go to the rule that they belong to."""

from __future__ import annotations

import pytest

from safeguards.probe.recognise import EXCEPTIONS, OTHER, WARNINGS, of_exception, of_warning
from safeguards.scan.registry import find

JOIN = "Could not determine join condition between parent/child tables on relationship A.b - "


@pytest.mark.parametrize(
    ("kind", "message", "code"),
    [
        ("AmbiguousForeignKeysError", f"{JOIN}there are multiple foreign key paths", "SG101"),
        (
            "AmbiguousForeignKeysError",
            f"{JOIN}there are multiple foreign key paths linking the tables via secondary table x.",
            "SG102",
        ),
        (
            "AmbiguousForeignKeysError",
            "Can't determine the inherit condition between inherited table 'a' and inheriting 'b'",
            "SG104",
        ),
        ("NoForeignKeysError", f"{JOIN}there are no foreign keys linking these tables.", "SG103"),
        (
            "NoForeignKeysError",
            "Can't find any foreign key relationships between 'post' and 'child'.",
            "SG104",
        ),
        (
            "InvalidRequestError",
            "When initializing mapper Mapper[A(a)], expression 'B' failed to locate a name ('B').",
            "SG105",
        ),
        ("InvalidRequestError", "Mapper 'Mapper[B(b)]' has no property 'x'.", "SG108"),
        ("InvalidRequestError", "something new", OTHER),
        ("KeyError", "'on relationship'", OTHER),
    ],
)
def test_an_exception_belongs_to_a_rule(kind: str, message: str, code: str) -> None:
    assert of_exception((kind, "SQLAlchemyError", "Exception"), message).code == code


def test_a_type_that_derives_from_a_known_one_is_known() -> None:
    kinds = ("NoReferenceError", "NoForeignKeysError", "ArgumentError")
    assert of_exception(kinds, f"{JOIN}there are no foreign keys").code == "SG103"


def test_a_warning_without_a_rule_of_its_own_is_still_told() -> None:
    assert of_warning("Something that nobody has seen yet").code == OTHER


def test_a_rule_that_does_not_exist_is_never_named() -> None:
    for _, words, code in EXCEPTIONS:
        assert find(of_exception((), words).code) is not None, code
    for words, code in WARNINGS:
        assert of_warning(words).code in {code, OTHER}
