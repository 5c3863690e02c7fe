from __future__ import annotations

import threading
from collections.abc import Mapping

import msgspec
import pytest

from safeguards.checks import Item
from safeguards.errors import DeadlineError, UnreachableError
from safeguards.health.answers import judge_answer as judged
from safeguards.health.inside import UnaskedError
from safeguards.health.stages.api import Means, allowance, observe
from safeguards.health.wanted import Api, Endpoint
from safeguards.system.clock import FakeClock, SystemClock
from safeguards.system.http import Answer
from safeguards.system.http_faults import Certificate
from safeguards.system.search import search

START, DAY = FakeClock().now().timestamp(), 86400


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


class Answering:
    """Answers all requests alike."""

    def __init__(self, given: Answer | UnreachableError) -> None:
        self._given = given

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        if isinstance(self._given, UnreachableError):
            raise self._given
        return self._given


def observed(given: Answer | UnreachableError, *routes: Endpoint) -> tuple[Item, ...]:
    """Asked on the first of January 2026."""
    api = Api("https://api.index.example:8443", routes or (Endpoint("/"),))
    return observe(api, Means(Answering(given), FakeClock(), search))


def certified(life: float, left: float) -> Answer:
    """An answer by a server whose certificate has so many days of life, and left."""
    ends = START + left * DAY
    return Answer(200, b"", "", 1, certificate=Certificate(ends - life * DAY, ends))


@pytest.mark.parametrize(
    ("life", "left", "said"),
    [
        (365, 14, ""),
        (365, 13.9, "ends in 13 days, 14 days or more"),
        (90, 2, "ends in 2 days, 14 days or more"),
        (90, 1.9, "ends in 45 hours, 14 days or more"),
        (90, 0.01, "ends in 0 hours, 14 days or more"),
        (47, 11.8, ""),
        (47, 11.7, "ends in 11 days, 11 days or more"),
        (6, 2, ""),
        (6, 1, "ends in 24 hours, 36 hours or more"),
        (1, 0.5, ""),
    ],
)
def test_a_certificate_that_ends_soon(life: float, left: float, said: str) -> None:
    routes = (Endpoint("/a"), Endpoint("/b"))
    items = observed(certified(life, left), *routes)
    assert [item.status for item in items] == ["ok", "ok", *(["warn"] if said else [])]
    assert items[0].measures["certificate_days"] == pytest.approx(left)
    if said:
        assert items[2].subject == "certificate of api.index.example"
        assert f"{items[2].observed}, {items[2].expected}" == said
        assert items[2].measures["certificate_days"] == pytest.approx(left)


def test_the_numbers_behind_an_answer() -> None:
    (item,) = observed(
        Answer(503, b"", "", 1234, connect_seconds=0.25), Endpoint("/", expect=(503,))
    )
    wanted = {"status_code": 503, "duration_seconds": 1.234, "connect_seconds": 0.25}
    assert (item.measures, item.duration_ms) == (wanted, 1234)
    (kept,) = observed(answer(200))
    assert kept.measures == {"status_code": 200, "duration_seconds": 0.01}


def test_who_could_not_be_asked_is_unknown() -> None:
    (item,) = observed(UnaskedError("no way leads there", hint="build one"))
    assert (item.status, item.observed, item.message) == ("unknown", "", "no way leads there")
    assert (item.expected, item.hint) == ("2xx, 401 or 403", "build one")
    assert item.next is not None


@pytest.mark.parametrize(
    ("method", "command", "safe"),
    [
        ("GET", "curl -sS -i -m 5 'https://api.index.example:8443/x?a=$b&c'", True),
        ("HEAD", "curl -sS -m 5 -I 'https://api.index.example:8443/x?a=$b&c'", True),
        ("POST", "curl -sS -i -m 5 -X POST 'https://api.index.example:8443/x?a=$b&c'", False),
    ],
)
def test_the_command_to_type(method: str, command: str, safe: bool) -> None:
    route = Endpoint("/x?a=$b&c", method=method, headers={"authorization": "canary"})
    (item,) = observed(answer(500), route)
    assert item.next is not None
    assert (item.next.command, item.next.safe) == (command, safe)


def test_a_route_has_time_for_what_it_has_to_do() -> None:
    plain = Api("http://a", (Endpoint("/"),), timeout=5)
    searching = Api("http://a", (Endpoint("/"), Endpoint("/", body_matches="x")), timeout=5)
    assert 5 < allowance(plain) < 10
    assert allowance(searching) >= allowance(plain) + 5
    inside = msgspec.structs.replace(plain, inside=True)
    assert allowance(inside) > allowance(plain) + 5
