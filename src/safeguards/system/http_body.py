"""The body of an answer: read whole, bounded in time and in size, packed or not."""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, RefusedError

if TYPE_CHECKING:
    import httpx

MAX_BODY = 8 * 2**20
"""Bytes of a body that are read; one that is larger counts as one that does not end."""

_HINT = "a stream is no health check; ask a route that ends"
_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


def read_body(response: httpx.Response, deadline: float) -> bytes:
    """All of it, unpacked here: httpx unpacks a chunk whole, and layer upon layer.

    One that is packed in a way that was not asked for stays packed. Raises `DeadlineError` past
    `deadline` on the monotonic clock, and `RefusedError` when it is larger than `MAX_BODY`, packed
    or not.
    """
    encoding = _encoding(response)
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if encoding in _PACKED else None
    parts: list[bytes] = []
    taken = size = 0
    for chunk in response.iter_raw():
        taken += len(chunk)
        part = chunk if unpack is None else _unpacked(unpack, chunk, MAX_BODY + 1 - size)
        parts.append(part)
        size += len(part)
        if max(size, taken) > MAX_BODY:
            raise RefusedError(f"the body did not end within {MAX_BODY // 2**20} MiB", hint=_HINT)
        if time.monotonic() > deadline:
            message = f"{response.status_code}, but its body did not end in time"
            raise DeadlineError(message, hint=_HINT)
    if unpack is not None and taken and not unpack.eof:
        raise RefusedError("the packed body was cut off")
    return b"".join(parts)


def packed_as(response: httpx.Response) -> str:
    """How the body is still packed that `read_body` returns; empty when it is not."""
    encoding = _encoding(response)
    return "" if encoding in _PLAIN | _PACKED else encoding[:40]


def _encoding(response: httpx.Response) -> str:
    return str(response.headers.get("content-encoding", "")).strip().lower()


def _unpacked(unpack: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise RefusedError(f"the body cannot be unpacked: {error}") from error
