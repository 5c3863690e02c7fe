"""An exec of the Docker engine that is spoken to: input one way, both outputs the other."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Iterable, Iterator

from safeguards.errors import DeadlineError, UnreachableError

STDOUT, STDERR = 1, 2
_HEAD = 8
_CHUNK = 65536


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The engine's frames: number of the stream, three zeros, length, bytes."""
    buffered = b""
    for chunk in chunks:
        buffered += chunk
        begin = 0
        while len(buffered) >= begin + _HEAD:
            content = begin + _HEAD
            end = content + int.from_bytes(buffered[begin + 4 : content], "big")
            if len(buffered) < end:
                break
            yield buffered[begin], buffered[content:end]
            begin = end
        buffered = buffered[begin:]


class Conversation:
    """A command inside a container, through an open socket. For one thread."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self._frames = frames(self._received())
        self._until = 0.0

    def say(self, content: bytes, timeout: float) -> None:
        """Hand it to the command; raises `UnreachableError` when it is gone."""
        try:
            self._socket.settimeout(timeout)
            self._socket.sendall(content)
        except OSError as error:
            raise UnreachableError(f"the command inside is gone: {error}") from error

    def hear(self, until: float) -> tuple[int, bytes] | None:
        """What it printed next, and on which output; None when it ended.

        Raises `DeadlineError` when there is nothing before `until` on the monotonic clock.
        """
        self._until = until
        return next(self._frames, None)

    def feed(self, chunks: Iterable[bytes], patience: float) -> tuple[bytes, bytes]:
        """Hand it all that it takes, and return both outputs when it ends.

        It may end before it took everything. Raises `DeadlineError` when nothing moves for
        `patience` seconds.
        """
        out: dict[int, bytes] = {STDOUT: b"", STDERR: b""}
        taken = self._fed(iter(chunks), patience)
        for stream, content in frames(taken):
            out[stream] = out.get(stream, b"") + content
        return out[STDOUT], out[STDERR]

    def close(self) -> None:
        """Hang up: the command's input ends. Calling twice is harmless."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _received(self) -> Iterator[bytes]:
        while True:
            self._socket.settimeout(max(self._until - time.monotonic(), 0.001))
            try:
                chunk = self._socket.recv(_CHUNK)
            except TimeoutError:
                raise DeadlineError("the command inside did not answer in time") from None
            except OSError:
                return
            if not chunk:
                return
            yield chunk

    def _fed(self, chunks: Iterator[bytes], patience: float) -> Iterator[bytes]:
        left = next(chunks, b"")
        with selectors.DefaultSelector() as selector:
            both = selectors.EVENT_READ | selectors.EVENT_WRITE
            selector.register(self._socket, both if left else selectors.EVENT_READ)
            self._socket.setblocking(False)
            while True:
                ready = selector.select(patience)
                if not ready:
                    raise DeadlineError("the command inside stopped reading")
                if ready[0][1] & selectors.EVENT_READ:
                    chunk = self._read_now()
                    if chunk == b"":
                        return
                    yield chunk or b""
                elif left:
                    left = left[self._write_now(left) :] or next(chunks, b"")
                    if not left:
                        self._end_input()
                        selector.modify(self._socket, selectors.EVENT_READ)

    def _read_now(self) -> bytes | None:
        """What there is to read; None for nothing yet, which TLS may say, b"" for the end."""
        try:
            return self._socket.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except OSError:
            return b""

    def _write_now(self, content: bytes) -> int:
        try:
            return self._socket.send(content)
        except (BlockingIOError, ssl.SSLWantWriteError):
            return 0
        except OSError:
            return len(content)

    def _end_input(self) -> None:
        if not isinstance(self._socket, ssl.SSLSocket):  # TLS has no half of a connection
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)
