"""The hook that tells when a push was accepted: in place only while one is on its way."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.system.hooks_folder import hooks_path
from safeguards.system.shims import shim

if TYPE_CHECKING:
    from safeguards.system.git import Repository

ARMED = "reference-transaction"
CALLED = "post-push"
"""What the armed hook calls; `install` leaves it there, and without `install` arming does."""

MARK = b"# safeguards: armed by pre-push"
OURS = b"\n# safeguards: "
"""What every shim of ours says in its second line."""


def arm(repository: Repository) -> bool:
    """Put the hook in place; False, and nothing changed, where another one is or it cannot be."""
    folder = hooks_path(repository)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _is_ours(folder / ARMED, MARK) or not _is_ours(folder / CALLED, OURS):
            return False
        _write(folder / CALLED, shim(CALLED))
        _write(folder / ARMED, shim(ARMED))
    except OSError:
        return False
    return True


def disarm(repository: Repository, is_quiet: Callable[[], bool]) -> bool:
    """Take the hook away again if it is ours; False when this was not a moment for it.

    One that cannot be removed does nothing anyway.
    """
    with contextlib.suppress(OSError):
        armed = hooks_path(repository) / ARMED
        if armed.exists() and _is_ours(armed, MARK):
            if not is_quiet():
                return False
            armed.unlink()
    return True


def _is_ours(path: Path, mark: bytes) -> bool:
    """Whether the file may be replaced: it is not there, or we wrote it."""
    try:
        return mark in path.read_bytes()
    except FileNotFoundError:
        return True


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: git may be about to run it."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == content and os.access(path, os.X_OK):
            path.touch()  # the hook goes by itself when it is old
            return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.chmod(0o755)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
