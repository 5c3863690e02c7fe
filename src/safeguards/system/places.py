"""Folders of this machine that a sync keeps things in."""

from __future__ import annotations

import shutil
from pathlib import Path

from safeguards.errors import UnreachableError


def make(folder: Path) -> None:
    """Make a folder that only its owner may enter; raises `UnreachableError` when that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnreachableError(
            f"{folder} cannot be made: {error.strerror}", hint="make room, and make it writable"
        ) from error


def remove(folder: Path) -> None:
    """Remove a folder and all in it, as far as that can be done."""
    shutil.rmtree(folder, ignore_errors=True)


def free(folder: Path) -> int:
    """The bytes that are left where a folder is."""
    return shutil.disk_usage(folder).free
