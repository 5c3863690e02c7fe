"""A cache file: what is read back is what was saved, or nothing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from safeguards.system.source_files import write_whole

MAX_CACHE = 64 * 1024 * 1024
"""Bytes; a larger cache is neither written nor read."""

_MAGIC = b"safeguards cache 1\n"
_DIGEST = 16


class FactsStore:
    """One cache file that several runs may share; no failure of it ever reaches the caller."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> bytes | None:
        """The content last saved; None when it is absent, damaged, foreign or too large."""
        try:
            if self.path.stat().st_size > MAX_CACHE:
                return None
            raw = self.path.read_bytes()
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
        except OSError:
            return False
        return True


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
