"""Stage 3: the API answers, and answers rightly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import msgspec

from safeguards.checks import FAILED, Action, Item
from safeguards.errors import UnreachableError
from safeguards.health.answers import SEARCHING, judge_answer
from safeguards.health.fanout import fan_out
from safeguards.health.inside import UnaskedError, curl
from safeguards.health.retrying import Asked, Retrying

if TYPE_CHECKING:
    from datetime import datetime

    from safeguards.health.answers import Search
    from safeguards.health.inside import ByHand
    from safeguards.health.wanted import Api, Endpoint
    from safeguards.system.clock import Clock
    from safeguards.system.http import Answer
    from safeguards.system.http_faults import Certificate

WIDTH = 8
"""Requests at a time: servers with a short queue answer more of them no sooner."""

GRACE = 1.0
"""Seconds past its own deadline after which a request is given up."""

STARTING = 10.0
"""Seconds more where a program has to be started inside a container to ask."""

_DAY = 86400.0
_SOON = 14 * _DAY
_LIFE = 0.25
"""A certificate ends soon when less is left than `_SOON`, and than this fraction of its life."""


class Fetch(Protocol):
    """Sends one request."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        """The answer, or `UnreachableError`."""


class Means(msgspec.Struct, frozen=True):
    """What an API is asked and judged with."""

    fetch: Fetch
    clock: Clock
    search: Search
    by_hand: ByHand = curl


class _Seen(msgspec.Struct, frozen=True):
    item: Item
    certificate: Certificate | None = None


def observe(api: Api, means: Means) -> tuple[Item, ...]:
    """An item for each endpoint, in the order of the configuration; then one about a certificate
    that ends soon.
    """
    retrying = Retrying(means.clock, api.retries, api.timeout)
    jobs: list[Callable[[], _Seen]] = [
        partial(_look, api, route, means, retrying) for route in api.endpoints
    ]
    outcomes = fan_out(jobs, width=WIDTH, seconds=allowance(api), clock=means.clock)
    seen = []
    for route, outcome in zip(api.endpoints, outcomes, strict=True):
        if outcome.value is not None:
            seen.append(outcome.value)
        elif isinstance(outcome.error, UnreachableError):
            seen.append(_judge(api, route, means, Asked(None, outcome.error)))
        else:
            raise outcome.error or AssertionError("a job ends with a value or an error")
    items = [each.item for each in seen]
    certificates = [each.certificate for each in seen if each.certificate is not None]
    return (*items, *_ending(api, certificates, means.clock.now()))


def allowance(api: Api) -> float:
    """Seconds after which an endpoint is given up, whatever hangs."""
    searching = SEARCHING if any(route.body_matches for route in api.endpoints) else 0.0
    return api.timeout + GRACE + searching + (STARTING if api.inside else 0.0)


def url(api: Api, route: Endpoint) -> str:
    """Where a route is asked."""
    return api.base_url.rstrip("/") + route.path


def _look(api: Api, route: Endpoint, means: Means, retrying: Retrying) -> _Seen:
    def send(left: float) -> Answer:
        return means.fetch(route.method, url(api, route), headers=route.headers, timeout=left)

    return _judge(api, route, means, retrying.ask(route, send))


def _judge(api: Api, route: Endpoint, means: Means, asked: Asked) -> _Seen:
    subject = route.path if route.method == "GET" else f"{route.method} {route.path}"
    expected = _expected(route)
    by_hand = means.by_hand(route.method, url(api, route), api.timeout)
    again = Action(by_hand, f"see what {subject} answers", safe=route.method in ("GET", "HEAD"))
    times = f" (asked {len(asked.before) + 1} times)" if asked.before else ""
    answer, error = asked.answer, asked.error
    if answer is None:
        assert error is not None
        none = Item(subject, "fail", "no answer", expected, error.message + times, error.hint)
        if isinstance(error, UnaskedError):
            none = msgspec.structs.replace(none, status="unknown", observed="")
        return _Seen(msgspec.structs.replace(none, next=again))
    status, message, hint = judge_answer(route, answer, means.search)
    if status in FAILED:
        message += times
    elif asked.before:
        status, message = "warn", "; ".join(filter(None, (message, asked.told)))
    item = Item(
        subject=subject,
        status=status,
        observed=str(answer.status),
        expected=expected,
        message=message,
        hint=hint,
        duration_ms=answer.duration_ms,
        next=again if status in FAILED else None,
        measures=_measures(answer, means.clock.now()),
    )
    return _Seen(item, answer.certificate)


def _measures(answer: Answer, now: datetime) -> Mapping[str, float]:
    measures = {
        "status_code": float(answer.status),
        "duration_seconds": answer.duration_ms / 1000,
    }
    if answer.connect_seconds:
        measures["connect_seconds"] = answer.connect_seconds
    if answer.certificate is not None:
        measures["certificate_days"] = (answer.certificate.ends - now.timestamp()) / _DAY
    return measures


def _ending(api: Api, certificates: Iterable[Certificate], now: datetime) -> tuple[Item, ...]:
    """A warning, once for all endpoints, about the certificate that ends first."""
    first = min(certificates, key=lambda each: each.ends, default=None)
    if first is None:
        return ()
    left, soon = first.ends - now.timestamp(), min(_SOON, _LIFE * (first.ends - first.begins))
    if left >= soon:
        return ()
    subject = f"certificate of {urlsplit(api.base_url).hostname}"
    hint = "renew it, and have the server load the new one"
    measures = {"certificate_days": left / _DAY}
    return (
        Item(
            subject,
            "warn",
            f"ends in {_span(left)}",
            f"{_span(soon)} or more",
            hint=hint,
            measures=measures,
        ),
    )


def _span(seconds: float) -> str:
    """Whole days, or hours where these are few, rounded down."""
    days, hours = math.floor(seconds / _DAY), math.floor(seconds / 3600)
    return f"{days} days" if days >= 2 else f"{hours} hours"


def _expected(route: Endpoint) -> str:
    codes = " or ".join(map(str, route.expect)) or "2xx, 401 or 403"
    return f"{codes} within {route.max_ms} ms" if route.max_ms is not None else codes
