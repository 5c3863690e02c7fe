from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.findings import Place
from safeguards.scan.interpret import patterns
from safeguards.scan.interpret.values import Given, Literal, Unknown, Value, text

CAMEL = ("FlowRun", "HTTPServer", "A", "userIDs2", "")


@pytest.mark.parametrize("subject", CAMEL)
@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"(?<!^)(?=[A-Z])", "_"),
        (r"(.)([A-Z][a-z]+)", r"\1_\2"),
        (r"([a-z0-9])([A-Z])", r"\1_\2"),
        (r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1"),
        (r"[^\w]+|(?P<word>x)", "-"),
        (r"\(\)*", ""),
    ],
)
def test_substitutes_as_python_does(pattern: str, replacement: str, subject: str) -> None:
    assert patterns.substitute(pattern, replacement, subject) == re.sub(
        pattern, replacement, subject
    )


def test_finds_and_splits_as_python_does() -> None:
    assert patterns.find_all("[A-Z][^A-Z]*", "FlowRun") == ["Flow", "Run"]
    assert patterns.find_all("(F|R)", "FlowRun") == ["F", "R"]
    assert patterns.find_all("(F)(l)", "FlowRun") is None
    assert patterns.split("[_-]", "a_b-c") == ["a", "b", "c"]
    assert patterns.split("(_)", "a_b") is None


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "(a|a)*b", "(?:a*)*b", "((a))+", "(?P<x>a+)+b", "(a{1,9}){1,9}b"),
        *("(?x)(a+) +$", "(a+)(?#)+$", "(?i)a", "a++", "(a)?(?(1)a|b)"),
        *("a*a*a*a*b", "a" * 121, "(", "[", "*", "a{99999999999}", "(?<=a+)b"),
    ],
)
def test_refuses_what_is_wrong_or_may_cost_too_much(pattern: str) -> None:
    assert patterns.substitute(pattern, "", "a" * 100) is None
    assert patterns.find_all(pattern, "a" * 100) is None


def test_refuses_a_wrong_replacement_and_a_long_string() -> None:
    assert patterns.substitute("a", r"\9", "a") is None
    assert patterns.substitute("a", "b", "a" * 121) is None


@given(st.text(alphabet="a(|)*+?{}2,[]\\^$.:=!<P>", max_size=30))
def test_any_pattern_is_answered_soon(pattern: str) -> None:
    started = time.process_time()
    found = patterns.substitute(pattern, "", "a" * 100 + "b")
    assert time.process_time() - started < 5
    if found is not None:
        assert found == re.sub(pattern, "", "a" * 100 + "b")


NOWHERE = Place("models.py")


def given_texts(*texts: str) -> Given:
    values: list[Value] = [Literal(each, NOWHERE) for each in texts]
    return Given(values, {}, NOWHERE)


def test_a_doubtful_pattern_warns_nobody() -> None:
    assert text(patterns.call("sub", given_texts("[[a]", "b", "a"))) == "b"


def test_a_huge_result_flags_and_functions_are_unknown() -> None:
    huge = given_texts("a", "b" * 100, "a" * 100)
    assert isinstance(patterns.call("sub", huge), Unknown)
    flagged = given_texts("a", "b", "a")
    flagged.kwargs["flags"] = Literal(2, NOWHERE)
    assert isinstance(patterns.call("sub", flagged), Unknown)
    made = given_texts("a", "b", "a")
    made.args[1] = Unknown("a function")
    assert isinstance(patterns.call("sub", made), Unknown)
