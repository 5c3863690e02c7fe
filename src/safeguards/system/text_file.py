"""A small file that others read at any time: always whole, the old one or the new one."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from safeguards.errors import UnreachableError

MODE = 0o644
"""Everybody may read it, whatever the umask: those who do are other users."""

ABANDONED = 600.0
"""Seconds after which the half of a writer that was killed is cleared away."""

_HALF = ".half"


def replace_text(path: Path, text: str) -> None:
    """Put the text in place of the file's, or leave the file as it was.

    Several may do so at once: one of them is the last. Raises `UnreachableError` when the folder
    is missing or cannot be written, or the name stands for something else than a file.
    """
    whole = Path(os.path.realpath(path))
    half: str | None = None
    try:
        _refuse_others(whole)
        _clear(whole)
        handle, half = tempfile.mkstemp(prefix=_prefix(whole), suffix=_HALF, dir=whole.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(half).replace(whole)
        half = None
        _sync_folder(whole.parent)
    except OSError as error:
        raise UnreachableError(
            f"{path} cannot be written: {error.strerror or error}", hint=_hint(whole)
        ) from error
    finally:
        if half is not None:
            with suppress(OSError):
                Path(half).unlink()


def _refuse_others(path: Path) -> None:
    """A folder or a device is not replaced."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("it is no file")


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _clear(path: Path) -> None:
    oldest = time.time() - ABANDONED
    for each in path.parent.iterdir():
        if each.name.startswith(_prefix(path)) and each.name.endswith(_HALF):
            with suppress(OSError):
                if each.stat().st_mtime < oldest:
                    each.unlink()


def _hint(path: Path) -> str:
    if not path.parent.is_dir():
        return f"make the folder: mkdir -p {path.parent}"
    return f"see: ls -ld {path.parent} {path}; df -h {path.parent}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
