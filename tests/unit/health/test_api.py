from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.health.answers import judge_answer as judged
from safeguards.health.stages.api import Means, observe
from safeguards.health.wanted import Api, Endpoint
from safeguards.system.clock import SystemClock
from safeguards.system.http import Answer
from safeguards.system.search import search


def answer(status: int, body: bytes = b"", *, took: int = 10, foreign: str = "") -> Answer:
    return Answer(status, body, "http://api.index.example/x", took, foreign)


def judge_answer(route: Endpoint, given: Answer) -> tuple[str, str, str]:
    return judged(route, given, search)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, "ok"),
        (204, "ok"),
        (401, "ok"),
        (403, "ok"),
        (404, "warn"),
        (405, "warn"),
        (422, "warn"),
        (304, "warn"),
        (500, "fail"),
        (502, "fail"),
        (599, "fail"),
    ],
)
def test_statuses_without_expectation(status: int, verdict: str) -> None:
    assert judge_answer(Endpoint("/x"), answer(status))[0] == verdict


def test_authentication_is_said_to_be_expected() -> None:
    assert judge_answer(Endpoint("/x"), answer(401))[1] == "expected - auth required"


@pytest.mark.parametrize(
    ("status", "verdict"), [(200, "fail"), (404, "ok"), (500, "ok"), (401, "fail")]
)
def test_what_is_expected_decides_alone(status: int, verdict: str) -> None:
    assert judge_answer(Endpoint("/x", expect=(404, 500)), answer(status))[0] == verdict


def test_slower_than_allowed_fails() -> None:
    route = Endpoint("/x", max_ms=100)
    assert judge_answer(route, answer(200, took=100))[0] == "ok"
    assert judge_answer(route, answer(200, took=101))[:2] == (
        "fail",
        "took 101 ms; at most 100 are right",
    )


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b'{"status": "ok", "db": {"up": true, "lag": 3}}', ""),
        (b'{"status": "degraded", "db": {"up": true}}', 'JSON status: not "ok"'),
        (b'{"status": "ok"}', "JSON db: missing"),
        (b'{"status": "ok", "db": {"up": 1}}', "JSON db.up: not true"),
        (b'{"status": "ok", "db": []}', "JSON db: no object"),
        (b"[]", "JSON body: no object"),
        (b"<html>", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
    ],
)
def test_the_json_has_to_contain_what_is_wanted(body: bytes, wrong: str) -> None:
    route = Endpoint("/x", json={"status": "ok", "db": {"up": True}})
    assert judge_answer(route, answer(200, body))[:2] == ("fail" if wrong else "ok", wrong)


def test_the_body_has_to_match() -> None:
    route = Endpoint("/x", body_matches=r"version: \d+")
    assert judge_answer(route, answer(200, b"version: 12"))[0] == "ok"
    assert judge_answer(route, answer(200, b"\xff\xfe"))[0] == "fail"


def test_being_sent_to_another_host_fails_unless_it_is_expected() -> None:
    away = answer(302, foreign="https://login.index.example")
    assert judge_answer(Endpoint("/x"), away)[0] == "fail"
    assert judge_answer(Endpoint("/x", expect=(302,)), away)[0] == "ok"


def test_every_endpoint_gets_its_item_whatever_happens_to_the_others() -> None:
    release = threading.Event()

    def fetch(method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        if url.endswith("/hang"):
            release.wait(10)
        if url.endswith("/refuse"):
            raise UnreachableError("connection refused: nobody listens there")
        if url.endswith("/late"):
            raise DeadlineError(f"no answer within {timeout:g} s")
        return answer(200)

    routes = tuple(Endpoint(path) for path in ("/hang", "/refuse", "/late", "/a", "/b"))
    api = Api("http://127.0.0.1:1/", (*routes, Endpoint("/c", method="POST")), timeout=0.05)
    items = observe(api, Means(fetch, SystemClock(), search))
    release.set()
    assert [(item.subject, item.status) for item in items] == [
        ("/hang", "fail"),
        ("/refuse", "fail"),
        ("/late", "fail"),
        ("/a", "ok"),
        ("/b", "ok"),
        ("POST /c", "ok"),
    ]
    assert items[1].message == "connection refused: nobody listens there"
    assert items[1].next is not None
    assert items[1].next.command == "curl -sS -i -m 0.05 http://127.0.0.1:1/refuse"


def test_a_bug_in_fetching_is_not_called_an_answer() -> None:
    def fetch(method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        raise KeyError("boom")

    with pytest.raises(KeyError):
        observe(Api("http://127.0.0.1:1", (Endpoint("/"),)), Means(fetch, SystemClock(), search))
