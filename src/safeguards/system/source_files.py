"""Files of a checkout: bounded reads, walks that end, writes that are whole or absent."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

MAX_SOURCE = 5 * 1024 * 1024
"""Bytes; a larger Python file is data, and is not read."""

SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})


class TooManyFoldersError(Exception):
    """A walk met more folders than it was allowed to."""


def too_large(size: int) -> str:
    """Why a file of `size` bytes is not read; empty when it is small enough."""
    if size <= MAX_SOURCE:
        return ""
    return f"{size} bytes are more than the {MAX_SOURCE} that are read of one file"


def read_source(path: str) -> bytes | str | None:
    """The content of a file, or in words why it is not read, or None when there is no file.

    Never blocks on a pipe or device, never reads more than `MAX_SOURCE` bytes.
    """
    try:
        facts = os.stat(path)  # noqa: PTH116  Path objects double the cost of a warm scan
        if not stat.S_ISREG(facts.st_mode):
            return None if stat.S_ISDIR(facts.st_mode) else "not a regular file"
        if reason := too_large(facts.st_size):
            return reason
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  as above
            return file.read(MAX_SOURCE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.strerror or type(error).__name__


def walk_python(top: str, *, most_folders: int | None = None) -> tuple[list[str], dict[str, str]]:
    """Every Python file below `top`, and the folders that could not be listed with the reason.

    Hidden names, virtual environments, caches and node_modules are left out; links to folders
    are not followed, so a loop of links cannot hold the walk. Raises `TooManyFoldersError`
    beyond `most_folders`.
    """
    found: list[str] = []
    unreadable: dict[str, str] = {}
    waiting = [top]
    seen = 0
    while waiting:
        folder = waiting.pop()
        seen += 1
        if most_folders is not None and seen > most_folders:
            raise TooManyFoldersError(top)
        try:
            with os.scandir(folder) as entries:
                listed = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            unreadable[folder] = error.strerror or type(error).__name__
            continue
        if folder != top and any(entry.name == "pyvenv.cfg" for entry in listed):
            continue
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED_FOLDERS:
                    waiting.append(entry.path)
            elif entry.name.endswith(".py"):
                found.append(entry.path)
    return sorted(found), unreadable


def write_output(path: Path, content: bytes) -> None:
    """Put `content` where the user said: through a link, device or pipe, else in one step.

    Raises OSError.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_bytes(content)
    else:
        write_whole(path, content)


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before` in one step; mode, owner and links stay.

    Raises OSError when the file may not be written or no longer holds `before`.
    """
    real = Path(os.path.realpath(path))
    if not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    if real.read_bytes() != before:
        raise OSError(errno.EBUSY, "it was changed meanwhile", str(path))
    write_whole(real, after, like=real.stat())


def write_whole(path: Path, content: bytes, *, like: os.stat_result | None = None) -> None:
    """Put `content` at `path` in one step: readers see the old file or the new one.

    `like` gives the mode and, where that is allowed, the owner. Raises OSError, and leaves
    nothing behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        draft.write_bytes(content)
        if like is not None:
            with contextlib.suppress(OSError):
                os.chown(draft, like.st_uid, like.st_gid)
            draft.chmod(stat.S_IMODE(like.st_mode))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
