"""The clients of httpx that requests are sent by: each lent to one thread at a time.

A connection that is shared fails for all when one request on it is late: under HTTP/2 an endpoint
that hangs would take others with it.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import ssl

    import httpx


KEPT = 8
"""Clients of a kind that wait at most: as many as there are requests at a time."""


class Kind(msgspec.Struct, frozen=True):
    """What a client is made for: certificates are loaded only for `secure` ones, and a proxy of
    the environment is never asked by `direct` ones.
    """

    secure: bool
    direct: bool


def library() -> Any:
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


class Clients:
    """Clients that wait with their connection for the next request. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Kind, list[httpx.Client]] = {}
        self._all: list[httpx.Client] = []
        self._trusted: ssl.SSLContext | None = None

    @contextmanager
    def lent(self, kind: Kind, *, fresh: bool = False) -> Iterator[httpx.Client]:
        """A client for one request: one without a connection where it has to be `fresh`.

        One whose request failed is not lent again.
        """
        with self._lock:
            idle = self._idle.setdefault(kind, [])
            client = idle.pop() if idle and not fresh else self._made(kind)
        try:
            yield client
        except BaseException:
            self._drop(client)
            raise
        client.cookies.clear()
        with self._lock:
            if not client.is_closed and len(idle) < KEPT:
                idle.append(client)
                return
        self._drop(client)

    def close(self) -> None:
        """Close all, also those that are lent."""
        with self._lock:
            for client in self._all:
                client.close()
            self._all.clear()
            self._idle.clear()

    def _drop(self, client: httpx.Client) -> None:
        client.close()
        with self._lock:
            if client in self._all:
                self._all.remove(client)

    def _made(self, kind: Kind) -> httpx.Client:
        httpx = library()
        if kind.secure and self._trusted is None:
            self._trusted = httpx.create_ssl_context()
        options: dict[str, Any] = {
            "verify": self._trusted if kind.secure else False,
            "limits": httpx.Limits(max_connections=None, max_keepalive_connections=1),
            "http2": kind.secure and importlib.util.find_spec("h2") is not None,
        }
        transport = httpx.HTTPTransport(**options) if kind.direct else None
        self._all.append(httpx.Client(transport=transport, **options))
        return self._all[-1]
