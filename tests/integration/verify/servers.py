"""Servers that behave badly, on loopback or a Unix socket, each on a real socket."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def serving(
    behave: Behaviour, *, unix: Path | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """`host:port` of a server that treats each connection by `behave` until the end."""
    listener = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
    listener.bind(str(unix) if unix else ("127.0.0.1", 0))
    listener.listen(50)
    over = threading.Event()
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            if tls is not None:
                with tls.wrap_socket(connection, server_side=True) as wrapped:
                    behave(wrapped, over)
            else:
                behave(connection, over)

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=one, args=(connection,), daemon=True)
            thread.start()
            threads.append(thread)

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield str(unix) if unix else f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (acceptor, *threads):
            thread.join(5)


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Accepts and never says a word."""
    over.wait(30)


def answering(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    """One HTTP answer, whatever was asked."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close"]
        connection.sendall("\r\n".join([*lines, *headers, "", ""]).encode() + body)

    return behave


def endless(chunk: bytes, pause: float) -> Behaviour:
    """A 200 whose body never ends: `chunk` after `chunk`, with a pause between them."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while not over.wait(pause):
            connection.sendall(chunk)

    return behave


def dripping_headers(connection: socket.socket, over: threading.Event) -> None:
    """Header after header, and never a body."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x-more: 1\r\n")


def not_http(connection: socket.socket, over: threading.Event) -> None:
    """Speaks another language."""
    connection.recv(65536)
    connection.sendall(b"220 mail.index.example ESMTP\r\n")


def stalling_before(marker: bytes, host: str, port: int) -> Behaviour:
    """Passes everything on to a real server until the client sends `marker`; then nothing."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        with socket.create_connection((host, port)) as upstream:

            def back() -> None:
                with contextlib.suppress(OSError):
                    while data := upstream.recv(65536):
                        connection.sendall(data)

            thread = threading.Thread(target=back, daemon=True)
            thread.start()
            while data := connection.recv(65536):
                if marker in data:
                    over.wait(30)
                    break
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_RDWR)
            thread.join(5)

    return behave


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody issued."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    argv += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(argv, check=True, capture_output=True, timeout=30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
