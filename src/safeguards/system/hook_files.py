"""The files of an install: seen whole, changed in one moment each, by one process at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from safeguards.errors import UnreachableError

DRAFT = ".safeguards-draft"
"""Suffix of a file that is being written; under the lock any that is there was left by a kill."""


WAITING = 10.0
"""Seconds to wait for another install."""


class FileSeen(NamedTuple):
    """A path as it is; `content` is None for what is no file that can be read."""

    content: bytes | None
    executable: bool
    link: bool


def see(path: str) -> FileSeen | None:
    """The file at `path`, through a link; None when nothing has that name."""
    if not os.path.lexists(path):
        return None
    try:
        content = Path(path).read_bytes() if Path(path).is_file() else None
    except OSError:
        content = None
    return FileSeen(content, os.access(path, os.X_OK), Path(path).is_symlink())


def is_folder(path: str) -> bool:
    """Whether there is a folder at `path`."""
    return Path(path).is_dir()


def can_run(program: bytes) -> bool:
    """Whether a program is at that path, or on the PATH when it is only a name."""
    found = shutil.which(os.fsdecode(program))
    return found is not None


def name_finds(program: str) -> bool:
    """Whether the plain name `safeguards` finds this very program on the PATH."""
    found = shutil.which("safeguards")
    return found is not None and os.path.realpath(found) == os.path.realpath(program)


class HookFiles:
    """Changes files for an install. Every method raises `UnreachableError` when it cannot."""

    def write(self, path: str, content: bytes, *, executable: bool) -> None:
        """Put a whole file at `path`, over what is there; folders on the way are made."""
        mode = 0o777 if executable else 0o666
        draft = f"{path}{DRAFT}"
        with _explained(path):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)  # noqa: PTH108
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            try:
                _keep_mode(path, handle, executable=executable)
                with open(handle, "wb") as file:  # noqa: PTH123
                    file.write(content)
                    file.flush()
                    os.fsync(handle)
                os.replace(draft, path)  # noqa: PTH105
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft)  # noqa: PTH108
                raise

    def keep(self, path: str, name: str) -> None:
        """Give the file a second name, or that name alone where there are no second names."""
        with _explained(path):
            try:
                os.link(path, name, follow_symlinks=False)
            except FileExistsError:
                raise
            except OSError:
                if os.path.lexists(name):
                    raise
                os.rename(path, name)  # noqa: PTH104

    def move(self, path: str, name: str) -> None:
        """Rename, over what is there."""
        with _explained(path):
            os.replace(path, name)  # noqa: PTH105
            # The same file under both names is left alone by rename; one name has to go.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108

    def remove(self, path: str) -> None:
        """Remove a file, if it is there, and the draft that a kill may have left beside it."""
        with _explained(path):
            Path(path).unlink(missing_ok=True)
            Path(f"{path}{DRAFT}").unlink(missing_ok=True)

    def remove_folder(self, path: str) -> None:
        """Remove a folder, if it is there and empty."""
        with contextlib.suppress(OSError):
            Path(path).rmdir()


def sweep(folder: str) -> None:
    """Remove the drafts that a killed install left in a folder; only for who holds the lock."""
    for draft in Path(folder).glob(f"*{DRAFT}"):
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of installs, which lies in `folder` and ends with the process.

    Raises `UnreachableError` when another install holds it for long.
    """
    with _explained(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "install.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        until = time.monotonic() + WAITING
        while not _locked(handle):
            if time.monotonic() > until:
                raise UnreachableError(
                    "another install of safeguards is at work in this repository",
                    hint="wait for it to end, then run this again",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _keep_mode(path: str, handle: int, *, executable: bool) -> None:
    """Give a new file the mode of the one that it replaces, unless that runs and it must not."""
    with contextlib.suppress(FileNotFoundError):
        facts = os.lstat(path)
        if stat.S_ISREG(facts.st_mode) and bool(facts.st_mode & 0o111) == executable:
            os.fchmod(handle, stat.S_IMODE(facts.st_mode))


@contextlib.contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreachableError(
            f"{error.filename or path} cannot be written: {error.strerror}",
            hint="correct that and run it again: it goes on where it ended",
        ) from error
