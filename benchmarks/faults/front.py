"""Stands before the API: passes requests on, until a route is told to misbehave."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behave = Callable[[socket.socket], None]
SLOW = 4.0
"""Seconds: more than `max-ms` of the drill's routes, less than their timeout."""

LONG = 30.0


class Front:
    """A server of this process on a port of its own; `modes` are the routes that misbehave."""

    def __init__(self, upstream: int) -> None:
        self.modes: dict[str, Behave] = {}
        self._upstream = upstream
        self.port = 0
        self._listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        """Listen; the port stays the same when it was closed between."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Nobody listens any more."""
        if self._listener is not None:
            # Wakes the thread that accepts; close alone would leave the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    @contextmanager
    def tls(self, context: ssl.SSLContext) -> Iterator[int]:
        """Another port, with TLS; yields its number."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._serve, args=(listener, context), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _serve(self, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection, tls), daemon=True).start()

    def _answer(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        with contextlib.suppress(OSError, ValueError, IndexError, http.client.HTTPException):
            connection.settimeout(LONG)
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            path = head.split(b" ", 2)[1].decode()
            self.modes.get(path, lambda back: self._pass_on(back, head))(connection)
        connection.close()

    def _pass_on(self, connection: socket.socket, head: bytes) -> None:
        method, path, _ = head.decode("latin-1").split(" ", 2)
        lines = head.decode("latin-1").split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        upstream = http.client.HTTPConnection("127.0.0.1", self._upstream, timeout=LONG)
        try:
            upstream.request(method, path, headers=headers | {"Connection": "close"})
            response = upstream.getresponse()
            body = response.read()
        finally:
            upstream.close()
        kind = response.getheader("content-type", "text/plain") or ""
        connection.sendall(answer(response.status, body, f"Content-Type: {kind}"))


def answer(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """One whole HTTP answer; `length` may say something else than there is."""
    lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Odd')}", *headers]
    lines += [f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def says(data: bytes, delay: float = 0) -> Behave:
    """Answers these bytes and ends the connection."""

    def behave(connection: socket.socket) -> None:
        time.sleep(delay)
        connection.sendall(data)

    return behave


def hangs(connection: socket.socket) -> None:
    """Accepts, reads and never answers."""
    connection.settimeout(LONG)
    while connection.recv(65536):
        pass


def resets(connection: socket.socket) -> None:
    """Ends the connection by RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drips(connection: socket.socket) -> None:
    """A body that goes on, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.2)


def pours(connection: socket.socket) -> None:
    """A body that goes on as fast as it is read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        connection.sendall(b"x" * 65536)


def drips_headers(connection: socket.socket) -> None:
    """Headers that go on, a line at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        connection.sendall(b"X-More: 1\r\n")
        time.sleep(0.2)
