"""Locks between test runs on one machine: making shared things once, stopping them last."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Only one process of this machine at a time is inside."""
    descriptor = _open(name)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Guests:
    """Who uses a shared thing now; the lock of a killed process goes with it."""

    def __init__(self, name: str) -> None:
        self._descriptor = _open(f"{name}-guests")

    def enter(self) -> None:
        """Be counted as a user."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Be counted no more; True when nobody else uses the thing."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(self._descriptor)
        return True


def _open(name: str) -> int:
    path = Path(tempfile.gettempdir()) / f"safeguards-tests-{os.getuid()}-{name}.lock"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
