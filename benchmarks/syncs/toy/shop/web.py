"""Answers which version runs, and whether the database has what this version asks it for."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import select

from shop import extra
from shop.database import engine
from shop.models import SERIAL, Item


class Handler(BaseHTTPRequestHandler):
    """Every question reads all columns that the models name."""

    def do_GET(self) -> None:
        try:
            extra.asked()
            with engine.connect() as connection:
                found = connection.execute(select(Item.__table__).limit(1)).mappings().first()
            status, body = 200, {"serial": SERIAL, "pid": os.getpid(), "columns": list(found or ())}
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            status, body = 500, {"serial": SERIAL, "pid": os.getpid(), "error": str(error)}
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Threads of questions do not keep it from ending."""

    daemon_threads = True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    host = os.environ.get("DRILL_HOST", "127.0.0.1")
    server = Server((host, int(os.environ["PORT"])), Handler)
    extra.begun()
    server.serve_forever()
