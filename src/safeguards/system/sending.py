"""Sends what others are told: one HTTP request with a body, bounded, that follows no redirect."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.system.http_clients import library

if TYPE_CHECKING:
    import httpx

MAX_ANSWER = 16 * 2**20
"""Bytes of an answer that are read: a hundred comments of the longest kind are half of it."""

_LOOPBACK = ("127.", "localhost", "::1")


class Sent(msgspec.Struct, frozen=True):
    """What came back; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sender:
    """Sends requests; its connections are kept until `close`. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[bool, httpx.Client] = {}

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes,
        timeout: float,
    ) -> Sent:
        """Send one request and read its whole answer within `timeout` seconds.

        Raises `DeadlineError`, `RefusedError` for a bad certificate, an endless answer or what is
        no HTTP, and `UnreachableError` when nobody answers; they tell the URL's host alone. Headers
        that do not end are the caller's to give up.
        """
        httpx = library()
        deadline = time.monotonic() + timeout
        try:
            request = httpx.Request(
                method, url, headers={"user-agent": "safeguards", **headers}, content=content
            )
            left = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
            request.extensions = {"timeout": left}
            response = self._client(str(request.url.host)).send(request, stream=True)
            try:
                body = _read(response, deadline)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise DeadlineError(f"{_host(url)}: no answer within {timeout:g} s") from error
        except httpx.ConnectError as error:
            raise UnreachableError(f"{_host(url)}: {_why(error)}") from error
        except httpx.RemoteProtocolError as error:
            raise RefusedError(
                f"{_host(url)}: the answer is not HTTP or was cut off: {error}"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            why = type(error).__name__
            raise UnreachableError(f"{_host(url)}: the connection failed: {why}") from error
        found = {name.lower(): value for name, value in response.headers.items()}
        return Sent(response.status_code, found, body)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, host: str) -> httpx.Client:
        """A proxy is never asked for this machine."""
        httpx = library()
        local = host.startswith(_LOOPBACK)
        with self._lock:
            if local not in self._clients:
                self._clients[local] = httpx.Client(trust_env=not local, follow_redirects=False)
            return self._clients[local]


def _read(response: httpx.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER:
            raise RefusedError(f"the answer did not end within {MAX_ANSWER // 2**20} MiB")
        if time.monotonic() > deadline:
            raise DeadlineError(f"{response.status_code}, but the answer did not end in time")
    return b"".join(parts)


def _host(url: str) -> str:
    """The part of a URL that is no secret."""
    return urlsplit(url).hostname or "nowhere"


def _why(error: Exception) -> str:
    """Why there is no connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"bad certificate: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause}"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused: nobody listens there"
        if isinstance(cause, socket.gaierror):
            return "no such host is known here"
        cause = cause.__cause__ or cause.__context__
    return "cannot connect"
