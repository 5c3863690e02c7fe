"""Records of pushes on their way, as files that many processes share: one taker for each.

A record is in `pending` until somebody takes it, and in `claimed` until its work has ended. The
lock of a record is held by whoever works on it and ends with that process, so a record in
`claimed` whose lock is free is work that was cut off.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safeguards.errors import UnreachableError

KEPT_LOGS = 50
"""Logs of ended work that stay; older ones go when a new one is made."""

PATIENCE = 0.5
"""Seconds to try for a lock: somebody who only looks whether it is held has it for a moment."""


class Spool:
    """The records below one folder, which appears with the first of them.

    Every call that writes raises `UnreachableError` when the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, record_id: str, content: bytes) -> None:
        """Add a pending record: whole or not at all, also when the machine stops."""
        with _explained(self.folder):
            pending = self._made("pending")
            draft = pending / f".{record_id}.{os.getpid()}"
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                draft.rename(pending / f"{record_id}.json")
            except OSError:
                with contextlib.suppress(OSError):
                    draft.unlink()
                raise
            _sync(pending)

    def pending(self) -> tuple[tuple[str, bytes], ...]:
        """The records that nobody has taken, oldest first."""
        return self._records("pending")

    def claimed(self) -> tuple[tuple[str, bytes], ...]:
        """The records that somebody has taken and not finished, oldest first."""
        return self._records("claimed")

    def take(self, record_id: str) -> bytes | None:
        """Take a record, or take over what was cut off; None when its work has ended.

        Only for the holder of its lock.
        """
        with _explained(self.folder):
            claimed = self._made("claimed") / f"{record_id}.json"
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "pending" / claimed.name).rename(claimed)
            try:
                return claimed.read_bytes()
            except FileNotFoundError:
                return None

    def finish(self, record_id: str) -> None:
        """Forget a record: its work has ended and is in the journal."""
        with _explained(self.folder):
            for state in ("claimed", "pending"):
                (self.folder / state / f"{record_id}.json").unlink(missing_ok=True)

    def forget(self, name: str) -> None:
        """Remove the file of a lock whose last holder is about to end, or has ended."""
        with contextlib.suppress(OSError):
            (self.folder / "locks" / name).unlink()

    @contextmanager
    def held(self, name: str) -> Iterator[int]:
        """An open file that holds the lock of this new name, for a child to inherit.

        The lock ends with the last process that has the file open.
        """
        with _explained(self.folder):
            path = self._made("locks") / name
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(handle)
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def locked(self, name: str) -> Iterator[bool]:
        """Hold the lock of this name until the end, or until this process dies.

        Gives False when another process still has it after a moment.
        """
        with self.handle_of_lock(name) as (held, _):
            yield held

    @contextmanager
    def handle_of_lock(self, name: str) -> Iterator[tuple[bool, int]]:
        """As `locked`, with the open file that holds it: the lock lasts as long as any process,
        such as a child that was given the file, has it open.
        """
        with _explained(self.folder):
            path = self._made("locks") / name
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + PATIENCE
            while not (held := _lock(handle)) and time.monotonic() < deadline:
                time.sleep(PATIENCE / 10)
            yield held, handle
            if held:
                with contextlib.suppress(OSError):
                    path.unlink()
        finally:
            os.close(handle)

    def is_locked(self, name: str) -> bool:
        """Whether a living process holds the lock of this name.

        What is closed to this user is somebody else's, and counts as held.
        """
        try:
            handle = os.open(self.folder / "locks" / name, os.O_RDWR | os.O_CLOEXEC)
        except PermissionError:
            return True
        except OSError:
            return False
        try:
            return not _lock(handle)
        finally:
            os.close(handle)

    def new_log(self, record_id: str) -> Path:
        """The log of a record, empty or as far as earlier work came; old logs go, of ended work."""
        with _explained(self.folder):
            log = self.log(record_id)
            self._made("logs")
            log.touch(mode=0o600)
            busy = {record_id, *(name for name, _ in (*self.pending(), *self.claimed()))}
            ended = (each for each in log.parent.glob("*.log") if each.stem not in busy)
            for old in sorted(ended)[:-KEPT_LOGS]:
                old.unlink(missing_ok=True)
            return log

    def log(self, record_id: str) -> Path:
        """Where the output of the work on a record goes."""
        return self.folder / "logs" / f"{record_id}.log"

    def _records(self, state: str) -> tuple[tuple[str, bytes], ...]:
        found = []
        for path in sorted((self.folder / state).glob("*.json")):
            with contextlib.suppress(OSError):  # taken or finished meanwhile
                found.append((path.stem, path.read_bytes()))
        return tuple(found)

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def waiting(record_id: str) -> str:
    """The name of the lock that the waiter of a record holds while it waits."""
    return f"{record_id}.waiter"


def _lock(handle: int) -> bool:
    """Lock an open file without waiting; a lock file that was replaced meanwhile is no lock."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        raise
    return os.fstat(handle).st_nlink > 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreachableError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            hint="make room and make it writable: nothing can follow a push without it",
        ) from error
