"""A local engine's socket, by the standard library alone.

Importing docker's own client takes longer than all that `verify` asks a local engine, and
`verify` has to stay faster than the script that it replaces. So a plain unix socket is spoken to
here; every other host (tcp, TLS, ssh, contexts) goes through docker's client (`docker_client`).
Paths carry no version: the engine then answers in its own.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Protocol

import msgspec

from safeguards.errors import UnreachableError
from safeguards.system.docker_faults import explain

CHUNK = 16384

EXEC = {"Detach": False, "Tty": False}
"""How an exec is started: attached, with both outputs apart."""


class Answer(msgspec.Struct, frozen=True):
    """An engine's answer; `chunks` can be read once and raise `UnreachableError`.

    `date` is the time by the engine's own clock, as HTTP writes it.
    """

    status: int
    chunks: Iterator[bytes]
    date: str = ""

    def body(self) -> bytes:
        """All of it; for small answers."""
        return b"".join(self.chunks)


class Wire(Protocol):
    """Sends one request to an engine. Safe to use from several threads."""

    host: str

    def send(self, method: str, path: str, body: object | None, timeout: float) -> Answer:
        """The answer, whatever its status; raises `UnreachableError` when there is none."""

    def hijack(self, path: str, timeout: float) -> socket.socket:
        """Start an exec whose input and output are the socket, from then on; its caller closes it.

        Raises `UnreachableError` when the engine refuses.
        """

    def close(self) -> None:
        """Drop what is kept open."""


class SocketWire:
    """The engine behind a unix socket of this machine; one connection for each request."""

    def __init__(self, path: str) -> None:
        self.host = f"unix://{path}"
        self._path = path

    def send(self, method: str, path: str, body: object | None, timeout: float) -> Answer:
        """The answer, whatever its status; raises `UnreachableError` when there is none."""
        connection = _UnixConnection(self._path, timeout)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        sent = None if body is None else json.dumps(body)
        try:
            connection.request(method, path, body=sent, headers=headers)
            response = connection.getresponse()
        except (OSError, HTTPException) as error:
            connection.close()
            raise explain(error, self.host, timeout) from error
        chunks = self._chunks(connection, response, timeout)
        return Answer(response.status, chunks, response.getheader("Date") or "")

    def hijack(self, path: str, timeout: float) -> socket.socket:
        """Start an exec whose input and output are the socket, from then on; its caller closes it.

        Raises `UnreachableError` when the engine refuses.
        """
        connection = _UnixConnection(self._path, timeout)
        try:
            connection.connect()
            refusal = _upgrade(connection.sock, path)
        except OSError as error:
            connection.close()
            raise explain(error, self.host, timeout) from error
        if refusal:
            connection.close()
            raise UnreachableError(f"the Docker engine refused: {refusal}")
        return connection.sock

    def close(self) -> None:
        """Nothing is kept open."""

    def _chunks(
        self, connection: HTTPConnection, response: HTTPResponse, timeout: float
    ) -> Iterator[bytes]:
        try:
            while chunk := response.read1(CHUNK):
                yield chunk
        except (OSError, HTTPException) as error:
            raise explain(error, self.host, timeout) from error
        finally:
            response.close()
            connection.close()


def _upgrade(opened: socket.socket, path: str) -> str:
    """Make an exec's stream of a connection; what the engine said instead, if anything."""
    sent = json.dumps(EXEC).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += ["Connection: Upgrade", "Upgrade: tcp", f"Content-Length: {len(sent)}", "", ""]
    opened.sendall("\r\n".join(lines).encode() + sent)
    # Byte by byte: what follows the head already belongs to the stream.
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = opened.recv(1)
        if not byte:
            return "it ended the connection"
        head += byte
    if b" 101 " in head.partition(b"\r\n")[0]:
        return ""
    return opened.recv(CHUNK).decode("utf-8", "replace").strip() or "no reason given"


class _UnixConnection(HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise
