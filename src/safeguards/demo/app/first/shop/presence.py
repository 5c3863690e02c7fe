"""Whether a process of the shop runs: it holds a lock as long as it lives, however it ends."""

import fcntl
import os
from pathlib import Path

from shop.settings import FOLDER

PROCESSES = ("web", "worker")


def hold(name: str) -> int:
    """Take the lock of this process; the operating system gives it back when the process ends."""
    handle = _open(name)
    fcntl.flock(handle, fcntl.LOCK_EX)
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def runs(name: str) -> bool:
    """Whether somebody holds the lock."""
    handle = _open(name)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def holder(name: str) -> int:
    """The process that took the lock last; 0 when none did."""
    return int(_path(name).read_text() or 0)


def _open(name: str) -> int:
    return os.open(_path(name), os.O_CREAT | os.O_RDWR, 0o600)


def _path(name: str) -> Path:
    return FOLDER / f"{name}.lock"
