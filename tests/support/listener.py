"""An HTTP server on loopback that keeps what it is sent, and answers what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec


class Heard(msgspec.Struct, frozen=True):
    """A request; the names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """`heard` are the requests so far; `statuses` are answered in turn, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[Heard] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener until the end."""
    made, lock = Listener(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        """Keeps every request."""

        protocol_version = "HTTP/1.1"

        def _keep(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                made.heard.append(Heard(self.command, self.path, headers, body))
                status = made.statuses.pop(0) if made.statuses else 200
            self.send_response(status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        do_GET = do_POST = do_PATCH = do_DELETE = _keep  # noqa: N815  as the server wants them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
