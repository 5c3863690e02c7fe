"""SQLite files: the lock beside one, and a copy of one that is whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from safeguards.errors import DeadlineError, RefusedError, UnreachableError

LOCK = ".safeguards-lock"
"""The end of the name of the lock's file."""

MAX_HOLDER = 4096
_PAGES = 2000
_LOCKED = frozenset({5, 6})
"""SQLITE_BUSY and SQLITE_LOCKED, which sqlite3 names from Python 3.11 on."""


class FileLock:
    """flock on the file beside a database: it ends with the process that holds it.

    The file stays. What stands in it is who holds the lock, and means nothing otherwise.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + LOCK)
        self._descriptor: int | None = None

    def take(self, holder: bytes) -> bytes | None:
        """Try once: None when it is ours now, else what its holder wrote.

        Raises `UnreachableError` when the file cannot be made.
        """
        if self.held():
            return None
        self.release()
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise UnreachableError(
                f"the lock {self._path} cannot be made: {error.strerror}"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            with os.fdopen(descriptor, "rb") as file:
                return file.read(MAX_HOLDER)
        self._descriptor = descriptor
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder, 0)
        if self.held():
            return None
        self.release()
        return b""

    def held(self) -> bool:
        """Whether it is still ours: False when somebody removed the file."""
        if self._descriptor is None:
            return False
        try:
            mine, there = os.fstat(self._descriptor), self._path.stat()
        except OSError:
            return False
        return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)
        self._descriptor = None


def copy(database: Path, path: Path, *, patience: float) -> None:
    """A copy of a database that others may be writing, checked by SQLite; whole or not at all.

    Only its owner may read it. Raises `DeadlineError` when a writer kept it locked for `patience`
    seconds, `RefusedError` when the copy is damaged, `UnreachableError` otherwise.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(database, part, patience)
        descriptor = os.open(part, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(path)
    except sqlite3.Error as error:
        raise UnreachableError(f"the backup of {database} cannot be written: {error}") from error
    except OSError as error:
        raise UnreachableError(
            f"the backup cannot be written to {path}: {error.strerror or error}",
            hint=f"see: df -h {path.parent}",
        ) from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            left.unlink(missing_ok=True)


def _copy(database: Path, part: Path, patience: float) -> None:
    until = time.monotonic() + patience

    def look(status: int, _left: int, _total: int) -> None:
        nonlocal until
        if status in _LOCKED:
            if time.monotonic() > until:
                raise DeadlineError(f"{database} was locked by a writer for {patience:g} s")
        else:
            until = time.monotonic() + patience

    source = f"file:{quote(str(database))}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=patience)) as opened,
        closing(sqlite3.connect(part, isolation_level=None)) as target,
    ):
        opened.backup(target, pages=_PAGES, progress=look, sleep=0.05)
        found = target.execute("pragma integrity_check").fetchone()
    if found != ("ok",):
        raise RefusedError(f"the backup of {database} is damaged: {found and found[0]}")
