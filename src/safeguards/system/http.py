"""HTTP through httpx: one request, bounded in time, size and where it may be sent on to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from safeguards.errors import RefusedError
from safeguards.system.http_body import packed_as, read_body
from safeguards.system.http_clients import Clients, Kind, library
from safeguards.system.http_faults import Certificate, certificate_of, explained

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5

NEAR = 1.0
"""Seconds that a connection to an address of this machine's own networks may take."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_LOOPBACK = ("127.", "localhost", "[::1]", "::1")


class Answer(msgspec.Struct, frozen=True):
    """What an HTTP server answered, after redirects within the same origin.

    `foreign` is where else it wanted to send us; it was not asked. `packed` is how the body is
    packed, where that was not asked for. `duration_ms` is without
    `connect_seconds`, which went into connections; none where one was still open.
    """

    status: int
    body: bytes
    url: str
    duration_ms: int
    foreign: str = ""
    charset: str = ""
    packed: str = ""
    version: str = ""
    connect_seconds: float = 0.0
    certificate: Certificate | None = None


class Http:
    """Sends requests; connections are kept. Safe to use from several threads."""

    def __init__(self) -> None:
        self._clients = Clients()

    def fetch(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float, at: str = ""
    ) -> Answer:
        """Send one request and read its whole answer within `timeout` seconds.

        `at` is an address to connect to in place of the URL's host. Raises `UnsentError` when
        nobody takes the connection, `DeadlineError` when it takes longer, `RefusedError` for a bad
        certificate, a redirect loop, an endless body or what is no HTTP, `UnreachableError` when
        the connection is lost.
        """
        httpx = library()
        trip = _Trip(timeout, at)
        with explained(httpx, timeout, at):
            # Encoded here: httpx takes ASCII only, and its complaint would quote a secret.
            sent = httpx.Headers({"user-agent": "safeguards", "accept-encoding": "gzip"})
            sent.update({name: each.encode(errors="replace") for name, each in headers.items()})
            return self._follow(httpx.Request(method, url, headers=sent), trip)

    def close(self) -> None:
        """Close all connections."""
        self._clients.close()

    def _follow(self, request: httpx.Request, trip: _Trip) -> Answer:
        current = request
        for _ in range(MAX_REDIRECTS + 1):
            response, body = self._exchange(current, trip)
            following = _following(current, response)
            if following is None:
                return trip.answer(current, response, body)
            if not _same_origin(current.url, following.url):
                foreign = f"{following.url.scheme}://{following.url.netloc.decode('ascii')}"
                return trip.answer(current, response, body, foreign)
            current = following
        raise RefusedError(
            f"redirected more than {MAX_REDIRECTS} times, last to {current.url.path}",
            hint="a redirect loop: look at the route and the proxy before it",
        )

    def _exchange(self, request: httpx.Request, trip: _Trip) -> tuple[httpx.Response, bytes]:
        """One request on a kept connection, if any; at once on a new one when that was just ended.

        What must not be sent twice gets a new one from the start.
        """
        httpx = library()
        kind = Kind(request.url.scheme == "https", trip.near(request.url.host))
        if request.method in _REPEATABLE:
            try:
                with self._clients.lent(kind) as client:
                    return trip.once(client, request)
            except (httpx.RemoteProtocolError, httpx.NetworkError):
                if trip.connected or trip.answered:
                    raise
        with self._clients.lent(kind, fresh=True) as client:
            return trip.once(client, request)


class _Trip:
    """The time and the connections of one `fetch`, over all its redirects."""

    def __init__(self, timeout: float, at: str) -> None:
        self.at = at
        self.connected = self.answered = False
        self._deadline = time.monotonic() + timeout
        self._connecting = self._busy = 0.0
        self._since = 0.0
        self._certificate: Certificate | None = None

    def near(self, host: str) -> bool:
        """Whether no proxy is to be asked about this host."""
        return bool(self.at) or host.startswith(_LOOPBACK)

    def once(self, client: httpx.Client, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Send it and read the whole answer."""
        self.connected = self.answered = False
        began = time.monotonic()
        try:
            response = client.send(self._on_the_wire(request), stream=True, follow_redirects=False)
            try:
                self._certificate = certificate_of(response) or self._certificate
                body = read_body(response, self._deadline)
            finally:
                response.close()
        finally:
            self._busy += time.monotonic() - began
        return response, body

    def answer(
        self, asked: httpx.Request, response: httpx.Response, body: bytes, foreign: str = ""
    ) -> Answer:
        """All that is known of the last answer."""
        return Answer(
            status=response.status_code,
            body=body,
            url=str(asked.url),
            duration_ms=round(max(self._busy - self._connecting, 0) * 1000),
            foreign=foreign,
            charset=response.charset_encoding or "",
            packed=packed_as(response),
            version=response.http_version,
            connect_seconds=self._connecting,
            certificate=self._certificate,
        )

    def _on_the_wire(self, request: httpx.Request) -> httpx.Request:
        left = max(self._deadline - time.monotonic(), 0.001)
        limits = {"connect": left, "read": left, "write": left, "pool": left}
        extensions: dict[str, Any] = {"timeout": limits, "trace": self._trace}
        url = request.url
        if self.at:
            limits["connect"] = min(left, NEAR)
            extensions["sni_hostname"] = url.host
            url = url.copy_with(host=self.at)
        return library().Request(  # type: ignore[no-any-return]
            request.method, url, headers=request.headers, extensions=extensions
        )

    def _trace(self, event: str, _info: object) -> None:
        what, _, state = event.rpartition(".")
        if what.endswith((".connect_tcp", ".start_tls")):
            self.connected = True
            if state == "started":
                self._since = time.monotonic()
            else:
                self._connecting += time.monotonic() - self._since
        elif event.endswith("receive_response_headers.complete"):
            self.answered = True


def _following(asked: httpx.Request, response: httpx.Response) -> httpx.Request | None:
    """The request that a redirect asks for, with all the headers; None when it is none."""
    httpx = library()
    location = response.headers.get("location", "")
    if response.status_code not in _REDIRECTS or not location:
        return None
    try:
        url = asked.url.join(location)
    except httpx.InvalidURL as error:
        raise RefusedError(f"redirects to what is no URL: {error}") from error
    kept = response.status_code in {307, 308} or asked.method in {"GET", "HEAD"}
    headers = httpx.Headers(asked.headers)
    return httpx.Request(asked.method if kept else "GET", url, headers=headers)  # type: ignore[no-any-return]


def _same_origin(asked: httpx.URL, to: httpx.URL) -> bool:
    """Whether headers may go there: the same place, or its encrypted side on the usual ports."""
    if asked.host != to.host:
        return False
    ends = ((asked.scheme, asked.port), (to.scheme, to.port))
    return ends[0] == ends[1] or ends == (("http", None), ("https", None))
