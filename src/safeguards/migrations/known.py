"""What files said when they were read before, by git's names for their contents."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from safeguards.migrations.revision_file import RevisionFile, read_file

MOST_OTHERS = 20_000
"""Files that are remembered beyond those of the last run."""


class _Block(msgspec.Struct, frozen=True, array_like=True):
    stamp: str
    files: dict[str, RevisionFile]


class KnownFiles:
    """Reads files, and each content once. A block that was kept by other code is forgotten."""

    def __init__(self, stamp: str = "", block: bytes | None = None) -> None:
        self._stamp = stamp
        self._known: dict[str, RevisionFile] = {}
        self._used: set[str] = set()
        self.changed = False
        if block is not None:
            self._known = _decoded(stamp, block)

    def __contains__(self, blob: str) -> bool:
        return blob in self._known

    def file(self, blob: str) -> RevisionFile:
        """What a content says that was read before."""
        self._used.add(blob)
        return self._known[blob]

    def add(self, contents: Mapping[str, bytes]) -> None:
        """Read contents, by their names."""
        for blob, content in contents.items():
            if blob not in self._known:
                self._known[blob] = read_file(content)
                self.changed = True

    def encode(self) -> bytes | None:
        """What the next run is to know; None when it cannot be written down."""
        others = [blob for blob in self._known if blob not in self._used]
        kept = (*others[max(0, len(others) - MOST_OTHERS) :], *self._used)
        files = {blob: self._known[blob] for blob in kept}
        try:
            return msgspec.msgpack.encode(_Block(self._stamp, files))
        except UnicodeEncodeError:  # an id with half a surrogate pair
            return None


def _decoded(stamp: str, block: bytes) -> dict[str, RevisionFile]:
    try:
        found = msgspec.msgpack.decode(block, type=_Block)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    return found.files if found.stamp == stamp else {}
