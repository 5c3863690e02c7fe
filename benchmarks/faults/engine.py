"""Faults of the engine: nobody at its socket, or somebody who is no engine."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults import front
from benchmarks.faults.front import Behave, answer, says
from benchmarks.faults.kit import ENGINE, fault, seen
from benchmarks.faults.world import World

UNKNOWN = {"containers": "unknown", "migrations": "unknown", "records": "unknown"}


def _answers(address: str) -> bytes | None:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(address)
            connection.sendall(b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.settimeout(0.5)
            try:
                return connection.recv(65536)
            except TimeoutError:
                return b""
    except OSError:
        return None


def _engine(name: str, behave: Behave | None, begins: bytes | None) -> None:
    @fault(f"engine-{name}", "engine", "engine", expects=UNKNOWN, rank=ENGINE)
    def broken(world: World) -> Iterator[None]:
        with tempfile.TemporaryDirectory(prefix="faults-engine-") as folder:
            address = str(Path(folder) / "docker.sock")
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(address)
            if behave is None:
                listener.close()
            else:
                listener.listen(64)
                threading.Thread(target=_serve, args=(listener, behave), daemon=True).start()
            world.settings["DOCKER_HOST"] = f"unix://{address}"
            try:
                seen(lambda: _is(_answers(address), begins), name)
                yield
            finally:
                del world.settings["DOCKER_HOST"]
                with contextlib.suppress(OSError):
                    listener.shutdown(socket.SHUT_RDWR)
                listener.close()


def _is(found: bytes | None, begins: bytes | None) -> bool:
    if not begins or found is None:
        return found == begins
    return found.startswith(begins)


def _serve(listener: socket.socket, behave: Behave) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, behave), daemon=True).start()


def _answer(connection: socket.socket, behave: Behave) -> None:
    with contextlib.suppress(OSError):
        connection.recv(65536)
        behave(connection)
    connection.close()


_engine("gone", None, None)
_engine("hangs", front.hangs, b"")
_engine("fails", says(answer(500, b'{"message": "no"}')), b"HTTP/1.1 500")
_engine("is-none", says(b"220 mail ESMTP\r\n"), b"220")
_engine("answers-nonsense", says(answer(200, b'["no", {"Id"')), b"HTTP/1.1 200")
_engine("drips", front.drips, b"HTTP/1.1 200")
