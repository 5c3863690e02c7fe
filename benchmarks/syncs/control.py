"""Starts and stops a production of plain processes, as its own scripts do: start, stop, status.

Whoever serves holds a lock, from before it is started until it has ended, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import time

NOT_RUNNING = 3
PATIENCE = 5.0


def main() -> int:
    """One verb; the folder of the production is that of the variable DRILL_FOLDER."""
    lock = os.path.join(os.environ["DRILL_FOLDER"], "running")  # noqa: PTH118  starts in 20 ms
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    return {"start": _start, "stop": _stop, "status": _status}[sys.argv[1]](handle)


def _status(handle: int) -> int:
    return NOT_RUNNING if _is_free(handle) else 0


def _start(handle: int) -> int:
    deadline = time.monotonic() + PATIENCE
    while not _lock(handle, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            print("it runs already")
            return 1
        time.sleep(0.02)
    reads, writes = os.pipe()
    if os.fork():
        os.close(writes)
        os.read(reads, 1)  # returns when the other one is the web process, or gone
        return 0
    os.setsid()
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(handle, True)
    log = os.open(os.environ["DRILL_FOLDER"] + "/web.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for output in (1, 2):
        os.dup2(log, output)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(os.environ["SAFEGUARDS_RELEASE"])
    os.environ["PORT"] = os.environ["DRILL_PORT"]
    return os.execvp("python", ["python", "-m", "shop.web"])


def _stop(handle: int) -> int:
    deadline = time.monotonic() + PATIENCE
    number = signal.SIGTERM
    while not _is_free(handle):
        pid = int(os.pread(handle, 20, 0) or 0)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        time.sleep(0.02)
    return 0


def _is_free(handle: int) -> bool:
    free = _lock(handle, fcntl.LOCK_SH)
    if free:
        fcntl.flock(handle, fcntl.LOCK_UN)
    return free


def _lock(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
