"""A small HTTP server that shows pages to programs: it can be slow to nobody's harm but its own.

Every connection is one request, has a deadline, and is one of a few. Nothing that a client sends
is ever sent back or printed.
"""

from __future__ import annotations

import errno
import io
import queue
import signal
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from safeguards.errors import UnreachableError

CONNECTIONS = 32
"""At a time; more are told that there are too many."""

READING = 3.0
"""Seconds in which a request has to have come."""

WRITING = 5.0
"""Seconds in which an answer has to be taken."""

POLL = 0.1
"""Seconds after which the server sees at the latest that it is to stop."""

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PATIENCE = "X-Prometheus-Scrape-Timeout-Seconds"
"""The header by which Prometheus tells how long it waits."""

PLAIN = "text/plain; charset=utf-8"

_BUSY = b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n"


class Page(msgspec.Struct, frozen=True):
    """What a path shows."""

    status: int
    body: bytes
    content_type: str = PLAIN


Show = Callable[[str, "float | None"], Page]
"""The page at a path, for a client that waits so many seconds, if it said so. Must not raise."""


class PageServer:
    """Listens from the start; answers while `serve` runs.

    Raises `UnreachableError` where it cannot listen.
    """

    def __init__(self, host: str, port: int, show: Show) -> None:
        handler = partial(_Handler, show)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            family, _, _, _, address = found[0]
            self._server = _Server(family, address, handler)
        except (OSError, UnicodeError) as error:
            raise _explained(host, port, error) from error

    @property
    def url(self) -> str:
        """Where it is."""
        host, port = self._server.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    @property
    def is_public(self) -> bool:
        """Whether other machines may reach it."""
        host = str(self._server.server_address[0])
        return not host.startswith("127.") and host != "::1"

    def serve(self, ready: Callable[[], None]) -> signal.Signals:
        """Answer until a signal says to stop, and tell which; what goes on then is dropped.

        `ready` is called once signals are heeded. Only for the main thread.
        """
        with _signals() as came:
            answering = threading.Thread(target=self._server.serve_forever, args=(POLL,))
            answering.daemon = True
            answering.start()
            try:
                ready()
                return came.get()
            finally:
                self._server.shutdown()
                self._server.server_close()


@contextmanager
def _signals() -> Iterator[queue.SimpleQueue[signal.Signals]]:
    """The signals that say to stop, as they come; those that were ignored still are.

    None is raised as an exception: that would be lost where Python swallows one.
    """
    came: queue.SimpleQueue[signal.Signals] = queue.SimpleQueue()
    before = {each: signal.getsignal(each) for each in STOPPING}
    before = {each: old for each, old in before.items() if old != signal.SIG_IGN}
    for each in before:
        signal.signal(each, lambda number, _frame: came.put(signal.Signals(number)))
    try:
        yield came
    finally:
        for each, old in before.items():
            signal.signal(each, old)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = CONNECTIONS

    def __init__(self, family: int, address: Any, handler: Any) -> None:
        self.address_family = socket.AddressFamily(family)
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """As of any TCP server: HTTPServer's own asks a name service, which may take minutes."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            with suppress(OSError):
                request.setblocking(False)
                request.send(_BUSY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or never spoke, is no news."""


class _Timed(io.RawIOBase):
    """Reads a socket until a moment, however little comes at a time."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As of any raw stream; raises `TimeoutError` once the moment has come."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(BaseHTTPRequestHandler):
    server_version = "safeguards"
    sys_version = ""
    protocol_version = "HTTP/1.0"

    def __init__(self, show: Show, *arguments: Any) -> None:
        self._show = show
        super().__init__(*arguments)

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(_Timed(self.connection, READING))

    def do_GET(self) -> None:
        self._answer(self._page())

    do_HEAD = do_GET  # noqa: N815  likewise

    def _page(self) -> Page:
        path = self.path.partition("?")[0]
        return self._show(path, _seconds(self.headers.get(PATIENCE, "")))

    def _answer(self, page: Page) -> None:
        self.connection.settimeout(WRITING)
        self.send_response_only(page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Cache-Control", "no-store")
        if page.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say what is wrong in words of our own: the library's repeat what the client sent."""
        unknown = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if unknown else HTTPStatus(code)
        self._answer(Page(status, f"{status.phrase}\n".encode()))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Say nothing: scrapes come all the time."""


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 < seconds < 86400 else None


def _explained(host: str, port: int, error: Exception) -> UnreachableError:
    place = f"{host}:{port}"
    hint = "choose another one with --listen"
    if isinstance(error, UnicodeError):
        return UnreachableError(f"cannot listen at {place}: that is no name of a host", hint=hint)
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        hint = f"see who does: ss -ltnp 'sport = :{port}'; or choose another port with --listen"
        return UnreachableError(f"cannot listen at {place}: somebody else does", hint=hint)
    if code == errno.EACCES:
        hint = "ports below 1024 are root's; choose another one with --listen"
    reason = getattr(error, "strerror", None) or error
    return UnreachableError(f"cannot listen at {place}: {reason}", hint=hint)
