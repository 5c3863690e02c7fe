"""Stage 3: the API answers, and answers rightly."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from safeguards.checks import Action, Item, Status
from safeguards.errors import UnreachableError
from safeguards.health.fanout import fan_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safeguards.health.wanted import Api, Endpoint
    from safeguards.system.clock import Clock
    from safeguards.system.http import Answer

WIDTH = 8
"""Requests at a time: servers with a short queue answer more of them no sooner."""

GRACE = 1.0
"""Seconds past its own deadline after which a request is given up."""

SEARCHED = 2**20
"""Bytes of a body that an expression is searched in."""

_AUTHENTICATION = (401, 403)


class Fetch(Protocol):
    """Sends one request."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        """The answer, or `UnreachableError`."""


def observe(api: Api, fetch: Fetch, clock: Clock) -> tuple[Item, ...]:
    """An item for each endpoint, in the order of the configuration."""
    jobs: list[Callable[[], Answer]] = [
        partial(fetch, route.method, url(api, route), headers=route.headers, timeout=api.timeout)
        for route in api.endpoints
    ]
    outcomes = fan_out(jobs, width=WIDTH, seconds=api.timeout + GRACE, clock=clock)
    return tuple(
        _judge(api, route, outcome.value, outcome.error)
        for route, outcome in zip(api.endpoints, outcomes, strict=True)
    )


def url(api: Api, route: Endpoint) -> str:
    """Where a route is asked."""
    return api.base_url.rstrip("/") + route.path


def judge_answer(route: Endpoint, answer: Answer) -> tuple[Status, str, str]:
    """The verdict on an answer: status, message, hint."""
    status, message, hint = _judge_status(route, answer)
    if status == "fail":
        return status, message, hint
    if route.max_ms is not None and answer.duration_ms > route.max_ms:
        return "fail", f"took {answer.duration_ms} ms; at most {route.max_ms} are right", ""
    if route.json is not None:
        wrong = _judge_json(route.json, answer.body)
        if wrong:
            return "fail", wrong, ""
    if route.body_matches is not None:
        text = answer.body[:SEARCHED].decode("utf-8", "replace")
        if not re.search(route.body_matches, text):
            return "fail", f"the body does not match {route.body_matches}", ""
    return status, message, hint


def _judge(api: Api, route: Endpoint, answer: Answer | None, error: Exception | None) -> Item:
    subject = route.path if route.method == "GET" else f"{route.method} {route.path}"
    expected = _expected(route)
    again = Action(_curl(api, route), f"see what {subject} answers", safe=route.method == "GET")
    if answer is None:
        if not isinstance(error, UnreachableError):
            raise error or AssertionError("a job ends with a value or an error")
        return Item(subject, "fail", "no answer", expected, error.message, error.hint, 0, again)
    status, message, hint = judge_answer(route, answer)
    observed = str(answer.status)
    advised = again if status == "fail" else None
    return Item(subject, status, observed, expected, message, hint, answer.duration_ms, advised)


def _judge_status(route: Endpoint, answer: Answer) -> tuple[Status, str, str]:
    code = answer.status
    if route.expect:
        if code in route.expect:
            return "ok", "expected - auth required" if code in _AUTHENTICATION else "", ""
        return "fail", "not a status that is expected", ""
    if answer.foreign:
        hint = f"if that is right, say so: expect = [{code}]"
        return "fail", f"redirects to another host, {answer.foreign}, which was not asked", hint
    if code in _AUTHENTICATION:
        return "ok", "expected - auth required", ""
    if code == 404:
        return "warn", "not found: is the route right?", "correct the path, or expect = [404]"
    if 200 <= code < 300:
        return "ok", "", ""
    if code >= 500:
        return "fail", "the server failed", "see the log of the API's container"
    return "warn", "answers, but not with 2xx", f"if that is right, say so: expect = [{code}]"


def _judge_json(wanted: Mapping[str, Any], body: bytes) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return "the body is not JSON"
    return _difference(dict(wanted), found, "")


def _difference(wanted: object, found: object, where: str) -> str:
    """What is missing or different in the body, or nothing; more than is wanted is fine."""
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return f"JSON {where or 'body'}: no object"
        for key, value in wanted.items():
            path = f"{where}.{key}" if where else str(key)
            if key not in found:
                return f"JSON {path}: missing"
            inner = _difference(value, found[key], path)
            if inner:
                return inner
        return ""
    same = found == wanted and isinstance(found, bool) == isinstance(wanted, bool)
    return "" if same else f"JSON {where}: not {json.dumps(wanted, ensure_ascii=False)}"


def _expected(route: Endpoint) -> str:
    codes = " or ".join(map(str, route.expect)) or "2xx, 401 or 403"
    return f"{codes} within {route.max_ms} ms" if route.max_ms is not None else codes


def _curl(api: Api, route: Endpoint) -> str:
    method = [] if route.method == "GET" else ["-X", route.method]
    return shlex.join(["curl", "-sS", "-i", "-m", f"{api.timeout:g}", *method, url(api, route)])
