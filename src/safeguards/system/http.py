"""HTTP through httpx: one request, bounded in time, size and where it may be sent on to."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError

if TYPE_CHECKING:
    import httpx

MAX_BODY = 8 * 2**20
"""Bytes of a body that are read; one that is larger counts as one that does not end."""

MAX_REDIRECTS = 5

_LOOPBACK = ("127.", "localhost", "[::1]")


class Answer(msgspec.Struct, frozen=True):
    """What an HTTP server answered, after redirects within the same host.

    `foreign` is where else it wanted to send us; it was not asked.
    """

    status: int
    body: bytes
    url: str
    duration_ms: int
    foreign: str = ""


def _library() -> Any:
    """httpx without its command line, whose imports (rich, pygments) cost more than httpx."""
    with _IMPORTING:
        blocked = "httpx" not in sys.modules
        if blocked:
            sys.modules["httpx._main"] = None  # type: ignore[assignment]  # refuses the import
        try:
            import httpx
        finally:
            if blocked:
                del sys.modules["httpx._main"]
    return httpx


_IMPORTING = threading.Lock()


class Http:
    """Sends requests; connections are kept and shared. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[tuple[bool, bool], httpx.Client] = {}

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        """Send one request and read its whole answer within `timeout` seconds.

        Raises `DeadlineError` when it takes longer, `RefusedError` for a bad certificate, a
        redirect loop, an endless body or what is no HTTP, `UnreachableError` when nobody answers.
        """
        httpx = _library()
        started = time.monotonic()
        try:
            request = httpx.Request(method, url, headers={"user-agent": "safeguards", **headers})
            return self._follow(request, started, started + timeout)
        except httpx.TimeoutException as error:
            raise DeadlineError(f"no answer within {timeout:g} s") from error
        except httpx.ConnectError as error:
            raise _explain(error) from error
        except httpx.RemoteProtocolError as error:
            raise RefusedError(f"the answer is not HTTP or was cut off: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"the connection failed: {reason}") from error

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _follow(self, request: httpx.Request, started: float, deadline: float) -> Answer:
        asked = request.url
        current = request
        for _ in range(MAX_REDIRECTS + 1):
            response, body = self._send(current, deadline)
            following = response.next_request
            elapsed = round((time.monotonic() - started) * 1000)
            if following is None:
                return Answer(response.status_code, body, str(current.url), elapsed)
            if following.url.host != asked.host or _downgrade(current, following):
                foreign = f"{following.url.scheme}://{following.url.netloc.decode()}"
                return Answer(response.status_code, body, str(current.url), elapsed, foreign)
            current = following
        raise RefusedError(
            f"redirected more than {MAX_REDIRECTS} times, last to {current.url.path}",
            hint="a redirect loop: look at the route and the proxy before it",
        )

    def _send(self, request: httpx.Request, deadline: float) -> tuple[httpx.Response, bytes]:
        left = max(deadline - time.monotonic(), 0.001)
        request.extensions = {
            "timeout": {"connect": left, "read": left, "write": left, "pool": left}
        }
        client = self._client(request)
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            return response, _read(response, deadline)
        finally:
            response.close()
            client.cookies.clear()

    def _client(self, request: httpx.Request) -> httpx.Client:
        """Certificates are loaded only for https; a proxy is never asked for this machine."""
        httpx = _library()
        secure = request.url.scheme == "https"
        local = str(request.url.host).startswith(_LOOPBACK)
        with self._lock:
            if (secure, local) not in self._clients:
                limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
                direct = httpx.HTTPTransport(verify=secure, limits=limits) if local else None
                self._clients[secure, local] = httpx.Client(
                    verify=secure, limits=limits, transport=direct
                )
            return self._clients[secure, local]


def _read(response: httpx.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            raise RefusedError(
                f"the body did not end within {MAX_BODY // 2**20} MiB",
                hint="a stream is no health check; ask a route that ends",
            )
        if time.monotonic() > deadline:
            raise DeadlineError(
                f"{response.status_code}, but its body did not end in time",
                hint="a stream is no health check; ask a route that ends",
            )
    return b"".join(parts)


def _downgrade(current: Any, following: Any) -> bool:
    return bool(current.url.scheme == "https" and following.url.scheme != "https")


def _explain(error: Exception) -> UnreachableError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RefusedError(
                f"bad certificate: {cause.verify_message}",
                hint="renew it, or trust its issuer by SSL_CERT_FILE",
            )
        if isinstance(cause, ssl.SSLError):
            return RefusedError(f"TLS failed: {cause.reason or cause}")
        if isinstance(cause, ConnectionRefusedError):
            return UnreachableError("connection refused: nobody listens there")
        cause = cause.__cause__ or cause.__context__
    return UnreachableError(f"cannot connect: {error}")
