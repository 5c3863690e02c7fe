"""Whether a process of the shop runs: it holds a lock as long as it lives, however it ends."""

import fcntl
import os
from pathlib import Path

PROCESSES = ("web", "worker")
FOLDER = Path("var")


def hold(name: str) -> int:
    """Take the lock of this process; the operating system gives it back when the process ends."""
    handle = _open(name)
    fcntl.flock(handle, fcntl.LOCK_EX)
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


def _open(name: str) -> int:
    FOLDER.mkdir(exist_ok=True)
    return os.open(FOLDER / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o600)
