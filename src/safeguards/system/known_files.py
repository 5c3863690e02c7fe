"""Which digest a file or blob had when it was last read: what is unchanged is not read again."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from safeguards.contents import digest
from safeguards.system.cache import FactsStore

V = TypeVar("V")

SETTLED = 2_000_000_000
"""Nanoseconds; a file that changed later than this before it was read may change once more
without a sign of it, within the resolution of the file system's clock."""

MOST_TOPS = 16
"""Work trees of which the files are remembered in one folder."""

MOST_BLOBS = 50_000
"""Blobs that are remembered beyond those of the last run."""


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A regular file as it was read: any write to it changes one of the first four."""

    size: int
    changed: int
    altered: int
    inode: int
    digest: bytes


_seen_decoder = msgspec.msgpack.Decoder(dict[bytes, Seen])
_blobs_decoder = msgspec.msgpack.Decoder(dict[bytes, bytes])


class KnownFiles:
    """The files of one work tree. What cannot be loaded is forgotten, never trusted.

    `now` tells the time that the file system tells, in nanoseconds.
    """

    def __init__(
        self, folder: Path | None, top: Path, now: Callable[[], int] = time.time_ns
    ) -> None:
        self._now = now
        name = hashlib.blake2b(os.fsencode(top), digest_size=8).hexdigest()
        self._store = FactsStore(folder / f"seen-{name}") if folder else None
        self._known = _decoded(self._store, _seen_decoder)
        self._used: dict[bytes, Seen] = {}

    def digest(self, path: str, facts: os.stat_result) -> bytes | None:
        """The digest of a file that has not been written to since it was read; else None."""
        name = os.fsencode(path)
        seen = self._known.get(name)
        if (
            seen is None
            or seen.changed != facts.st_mtime_ns
            or seen.altered != facts.st_ctime_ns
            or seen.size != facts.st_size
            or seen.inode != facts.st_ino
        ):
            return None
        self._used[name] = seen
        return seen.digest

    def note(self, path: str, facts: os.stat_result, content: bytes) -> None:
        """Remember what was read after `facts` were taken, unless the file is too new."""
        if self._now() - max(facts.st_mtime_ns, facts.st_ctime_ns) > SETTLED:
            self._used[os.fsencode(path)] = Seen(
                facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, digest(content)
            )

    def save(self) -> None:
        """Keep what this run has used, where something is new."""
        if self._store is None or self._used == self._known:
            return
        if self._store.save(msgspec.msgpack.encode(self._used)):
            self._forget_others(self._store.path)

    @staticmethod
    def _forget_others(path: Path) -> None:
        others = sorted(path.parent.glob("seen-*"), key=lambda one: one.lstat().st_mtime)
        for other in others[:-MOST_TOPS]:
            other.unlink(missing_ok=True)


class KnownBlobs:
    """The blobs of one repository, by the names that git gives to their contents."""

    def __init__(self, folder: Path | None) -> None:
        self._store = FactsStore(folder / "blobs") if folder else None
        self._known = _decoded(self._store, _blobs_decoder)
        self._used: dict[bytes, bytes] = {}
        self._new = False

    def digest(self, oid: str) -> bytes | None:
        """The digest of a blob that was read once; else None."""
        name = bytes.fromhex(oid)
        found = self._known.get(name)
        if found is not None:
            self._used[name] = found
        return found

    def note(self, oid: str, content: bytes) -> None:
        """Remember a blob."""
        self._used[bytes.fromhex(oid)] = digest(content)
        self._new = True

    def save(self) -> None:
        """Keep what is new, and what earlier runs used as far as there is room."""
        if self._store is None or not self._new:
            return
        older = [each for each in self._known.items() if each[0] not in self._used]
        kept = dict(older[max(0, len(older) - MOST_BLOBS) :]) | self._used
        self._store.save(msgspec.msgpack.encode(kept))


def _decoded(
    store: FactsStore | None, decoder: msgspec.msgpack.Decoder[dict[bytes, V]]
) -> dict[bytes, V]:
    block = store.load() if store else None
    try:
        return {} if block is None else decoder.decode(block)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
