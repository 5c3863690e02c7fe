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

from safeguards.system.docker_faults import explain

CHUNK = 16384


class Answer(msgspec.Struct, frozen=True):
    """An engine's answer; `chunks` can be read once and raise `UnreachableError`."""

    status: int
    chunks: Iterator[bytes]

    def body(self) -> bytes:
        """All of it; for small answers."""
        return b"".join(self.chunks)


class Wire(Protocol):
    """Sends one request to an engine. Safe to use from several threads."""

    host: str

    def send(self, method: str, path: str, body: object | None, timeout: float) -> Answer:
        """The answer, whatever its status; raises `UnreachableError` when there is none."""

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
        return Answer(response.status, self._chunks(connection, response, timeout))

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
