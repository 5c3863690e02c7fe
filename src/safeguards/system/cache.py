"""A cache file: what is read back is what was saved, or nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from pathlib import Path

from safeguards import __version__
from safeguards.system.source_files import walk_python, write_whole

MAX_CACHE = 64 * 1024 * 1024
"""Bytes; a larger cache is neither written nor read."""

ABANDONED = 3600.0
"""Seconds after which nobody is still writing a draft."""

_MAGIC = b"safeguards cache 1\n"
_DIGEST = 16
_PACKAGE = Path(__file__).parent.parent


class FactsStore:
    """One cache file that several runs may share; no failure of it ever reaches the caller."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> bytes | None:
        """The content last saved; None when it is absent, damaged, foreign or too large."""
        try:
            raw = _own_file(self.path)
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST
        content = raw[start:]
        return content if raw[:start] == _MAGIC + _digest(content) else None

    def save(self, content: bytes) -> bool:
        """Replace the content in one step; False when it is too large or cannot be written."""
        if len(content) + len(_MAGIC) + _DIGEST > MAX_CACHE:
            return False
        try:
            write_whole(self.path, _MAGIC + _digest(content) + content)
            self._remove_drafts()
        except OSError:
            return False
        return True

    def _remove_drafts(self) -> None:
        """Remove what a run left that was killed while it wrote."""
        for draft in self.path.parent.glob(f"{self.path.name}.*.tmp"):
            if draft.lstat().st_mtime < time.time() - ABANDONED:
                draft.unlink(missing_ok=True)


def _own_file(path: Path) -> bytes:
    """The content of a file that only this user could have written; raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb", buffering=0) as file:  # noqa: PTH123  by its descriptor
        facts = os.fstat(handle)
        foreign = facts.st_uid != os.geteuid() or facts.st_mode & stat.S_IWOTH
        if foreign or not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_CACHE:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return file.read(MAX_CACHE)


def code_stamp(room: str = "scan") -> str:
    """Names the code that judges: its version, its files as they lie here, and the Python."""
    parts = [__version__, sys.version]
    for path in sorted(walk_python(os.fspath(_PACKAGE / room))[0]):
        facts = os.stat(path)  # noqa: PTH116  a hundred files in every scan
        parts.append(f"{path} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.blake2b("\n".join(parts).encode(errors="surrogateescape")).hexdigest()


def cache_folder(common_dir: Path | None) -> Path | None:
    """Where caches lie: in the repository's common git directory, else under XDG_CACHE_HOME.

    None when there is neither a repository nor a HOME.
    """
    if common_dir is not None:
        return common_dir / "safeguards" / "cache"
    base = os.environ.get("XDG_CACHE_HOME", "")
    if Path(base).is_absolute():
        return Path(base) / "safeguards"
    home = Path(os.environ.get("HOME", ""))
    return home / ".cache" / "safeguards" if home.is_absolute() else None


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()
