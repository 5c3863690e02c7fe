"""The hooks of a repository with ours among them, for one command and without installing them."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.system.arming import OURS
from safeguards.system.hooks_folder import hooks_path
from safeguards.system.shims import shim

if TYPE_CHECKING:
    from safeguards.system.git import Repository

HOOK = "pre-push"


@contextmanager
def in_effect(repository: Repository) -> Iterator[Sequence[str]]:
    """Options for git with which our pre-push runs, beside all hooks that are there.

    None are needed where it is installed. Raises `UnreachableError` when none can be made.
    """
    hooks = hooks_path(repository)
    own = hooks / HOOK
    if own.is_file() and os.access(own, os.X_OK) and OURS in own.read_bytes():
        yield ()
        return
    try:
        folder = Path(tempfile.mkdtemp(prefix="safeguards-hooks-"))
    except OSError as error:
        raise UnreachableError(
            f"no folder for the hooks of this push can be made: {error.strerror}",
            hint="set TMPDIR to one with room, or install the hooks: safeguards install",
        ) from error
    try:
        _fill(folder, hooks)
        yield ("-c", f"core.hooksPath={folder}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, hooks: Path) -> None:
    _executable(folder / HOOK, shim(HOOK))
    for hook in sorted(hooks.iterdir()) if hooks.is_dir() else ():
        if hook.is_file() and os.access(hook, os.X_OK):
            # By its own path, so that it finds what lies beside it.
            name = f"{HOOK}.before-safeguards" if hook.name == HOOK else hook.name
            call = f'#!/bin/sh -\nexec {shlex.quote(str(hook.absolute()))} "$@"\n'
            _executable(folder / name, os.fsencode(call))


def _executable(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o755)
