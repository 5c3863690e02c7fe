"""Standard input, when somebody may have left it open without ever writing to it."""

from __future__ import annotations

import os
import select
import sys
import time

from safeguards.errors import DeadlineError, UnreachableError

MOST = 64 * 2**20
"""Bytes that are read at the most."""

_CHUNK = 65536


def is_terminal() -> bool:
    """Whether a person would have to type what is read."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_all(*, within: float) -> bytes:
    """All of standard input; nothing when it is closed.

    Raises `DeadlineError` when it has not ended after `within` seconds, and `UnreachableError`
    past `MOST` bytes.
    """
    return _read(within)


def read_if_any(*, wait: float, within: float) -> bytes:
    """All of standard input once it begins within `wait` seconds, else nothing; then as
    `read_all`.
    """
    if not _ready(wait):
        return b""
    return _read(within)


def _read(within: float) -> bytes:
    deadline = time.monotonic() + within
    parts: list[bytes] = []
    size = 0
    while True:
        if not _ready(max(deadline - time.monotonic(), 0)):
            if _is_closed():
                return b"".join(parts)
            raise DeadlineError(f"standard input did not end within {within:g} s")
        chunk = os.read(0, _CHUNK)
        if not chunk:
            return b"".join(parts)
        parts.append(chunk)
        size += len(chunk)
        if size > MOST:
            raise UnreachableError(f"standard input holds more than {MOST // 2**20} MiB")


def _ready(seconds: float) -> bool:
    if _is_closed():
        return False
    return bool(select.select([0], [], [], seconds)[0])


def _is_closed() -> bool:
    try:
        os.fstat(0)
    except OSError:
        return True
    return sys.stdin is None
