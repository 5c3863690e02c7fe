"""Folders that somebody is filling: claimed by a lock that ends with the last of its processes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def claimed(folder: Path) -> Iterator[int]:
    """An open handle on a folder that claims it, for children to inherit.

    Raises `BlockingIOError` when somebody else has claimed it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield handle
    finally:
        os.close(handle)


def remove(folder: Path) -> bool:
    """Remove a folder that nobody has claimed; whether it is gone."""
    with contextlib.suppress(BlockingIOError, FileNotFoundError), claimed(folder):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            _unlock(folder)
            shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _unlock(folder: Path) -> None:
    """Make its folders writable: some tools leave theirs read-only."""
    for base, names, _ in os.walk(folder):
        for each in (Path(base), *(Path(base) / name for name in names)):
            if not each.is_symlink():
                with contextlib.suppress(OSError):
                    each.chmod(0o700)
