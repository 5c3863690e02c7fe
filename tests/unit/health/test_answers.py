from __future__ import annotations

import json
from typing import Any

import pytest

from safeguards.errors import DeadlineError
from safeguards.health.answers import SEARCHED, judge_answer, judge_json
from safeguards.health.wanted import Endpoint
from safeguards.system.http import Answer


def answer(body: bytes, charset: str = "") -> Answer:
    return Answer(200, body, "http://api.index.example/x", 10, charset=charset)


def contains(pattern: str, text: str, timeout: float) -> bool:
    """Takes the pattern as it is."""
    return pattern in text


def never(pattern: str, text: str, timeout: float) -> bool:
    raise DeadlineError("too slow")


@pytest.mark.parametrize(
    ("wanted", "found", "wrong"),
    [
        ({"n": 1}, '{"n": 1.0}', ""),
        ({"n": 1.0}, '{"n": 1}', ""),
        ({"n": 1}, '{"n": true}', "JSON n: not 1"),
        ({"n": True}, '{"n": 1}', "JSON n: not true"),
        ({"n": 1}, '{"n": "1"}', "JSON n: not 1"),
        ({"n": [1, 2]}, '{"n": [1, 2]}', ""),
        ({"n": [1, 2]}, '{"n": [2, 1]}', "JSON n[0]: not 1"),
        ({"n": [1]}, '{"n": [true]}', "JSON n[0]: not 1"),
        ({"n": [1]}, '{"n": [1, 2]}', "JSON n: no list of 1"),
        ({"n": []}, '{"n": {}}', "JSON n: no list of 0"),
        ({"n": [{"a": 1}]}, '{"n": [{"a": 1, "b": 2}]}', ""),
        ({"n": [{"a": 1}]}, '{"n": [{"b": 2}]}', "JSON n[0].a: missing"),
        ({"n": 1}, '{"n": 2, "n": 1}', "JSON n: there more than once"),
        ({"n": 1}, '{"n": 1, "m": 1, "m": 2}', ""),
        ({"n": 1}, '{"n": 1, "m": NaN}', "the body is not JSON"),
        ({"n": 1}, '{"n": -Infinity}', "the body is not JSON"),
        ({"n": 1}, '{"n": 1} {}', "the body is not JSON"),
        ({"n": 1}, "", "the body is not JSON"),
        ({"n": "é"}, '{"n": "é"}', ""),
        ({"n": "é"}, '{"n": "e"}', 'JSON n: not "é"'),
    ],
)
def test_json(wanted: dict[str, Any], found: str, wrong: str) -> None:
    assert judge_json(wanted, found.encode()) == wrong


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_json_in_each_encoding_that_it_may_have(encoding: str) -> None:
    assert judge_json({"n": "é"}, '{"n": "é"}'.encode(encoding)) == ""


def test_json_that_wants_to_cost_time() -> None:
    keys = ",".join(f'"{index}": 1' for index in range(200_000))
    assert judge_json({"n": 1}, f'{{"n": 1, "0": 2, {keys}}}'.encode()) == ""
    assert judge_json({"n": 1}, f'{{"n": {"9" * 1_000_000}}}'.encode()) == "the body is not JSON"
    assert judge_json({"n": 1}, b'{"n":' * 100_000) == "the body is not JSON"


def test_nothing_of_the_body_is_quoted() -> None:
    body = json.dumps({"n": "secret-of-the-body"}).encode()
    for route in (Endpoint("/", json={"n": 1}), Endpoint("/", body_matches="x{9}")):
        status, message, hint = judge_answer(route, answer(body), contains)
        assert status == "fail"
        assert "secret-of-the-body" not in message + hint


@pytest.mark.parametrize(
    ("body", "charset", "found"),
    [
        ("é".encode(), "", True),
        ("é".encode("latin-1"), "", False),
        ("é".encode("latin-1"), "latin-1", True),
        ("é".encode("utf-16"), "utf-16", True),
        ("é".encode(), "punycode", True),
        ("é".encode(), "no such thing", True),
        ("é".encode(), "\x00", True),
        ("﻿é".encode(), "", True),
    ],
)
def test_the_text_of_a_body(body: bytes, charset: str, found: bool) -> None:
    judged = judge_answer(Endpoint("/", body_matches="é"), answer(body, charset), contains)
    assert judged[0] == ("ok" if found else "fail")


def test_only_the_start_of_a_body_is_searched() -> None:
    route = Endpoint("/", body_matches="end")
    assert judge_answer(route, answer(b" " * (SEARCHED - 3) + b"end"), contains)[0] == "ok"
    assert judge_answer(route, answer(b" " * SEARCHED + b"end"), contains)[0] == "fail"


def test_a_search_that_does_not_end_is_no_verdict_on_the_api() -> None:
    status, message, hint = judge_answer(Endpoint("/", body_matches="(a+)+$"), answer(b""), never)
    assert (status, message) == ("unknown", "the search for (a+)+$ did not end within 5 s")
    assert "repetition" in hint


def test_another_port_is_another_place() -> None:
    away = Answer(302, b"", "http://api.index.example/x", 1, "http://api.index.example:81")
    assert judge_answer(Endpoint("/"), away, contains)[:2] == (
        "fail",
        "redirects to another place, http://api.index.example:81, which was not asked",
    )
