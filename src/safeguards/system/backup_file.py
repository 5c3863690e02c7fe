"""A backup on this machine's disk: whole under its name, or not there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from safeguards.errors import UnreachableError

_CHUNK = 2**16

PART = ".part"
"""The end of the name of a backup that is being written."""


def write_whole(path: Path, chunks: Iterable[bytes], check: Callable[[Path], None]) -> None:
    """Write the chunks, have `check` look at the file, and only then give it its name.

    Only its owner may read it. Raises what `chunks` and `check` raise, and `UnreachableError` when
    the disk cannot take it; then there is no file of ours left.
    """
    part = path.with_name(path.name + PART)
    try:
        _write(part, chunks)
        check(part)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise UnreachableError(
            f"the backup cannot be written to {path}: {error.strerror or error}",
            hint=f"see: df -h {path.parent}",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, chunks: Iterable[bytes]) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_chunks(path: Path) -> Iterator[bytes]:
    """The content, piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def read_tail(path: Path, size: int) -> bytes:
    """The last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - size, 0))
        return file.read()
