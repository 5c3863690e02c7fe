"""Facts by content hash, as one block of bytes. What cannot be read is forgotten, never trusted."""

from __future__ import annotations

import sys

import msgspec

from safeguards import __version__
from safeguards.scan.facts import FORMAT, FileFacts, Ignore
from safeguards.scan.outline import Outline
from safeguards.scan.sketch import Sketch

MAX_BYTES = 256 * 1024 * 1024
"""A larger cache is started anew."""

_STAMP = f"safeguards facts {FORMAT} {__version__} py{sys.version_info[0]}.{sys.version_info[1]}"
_facts_decoder = msgspec.msgpack.Decoder(FileFacts)
_encoder = msgspec.msgpack.Encoder()


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is kept of one file. `body` is its facts, decoded only when they are needed.

    `outline` tells whether the file is resolved even when nothing imports it.
    """

    outline: Outline
    fault: str
    fault_line: int
    fault_column: int
    ignores: tuple[Ignore, ...]
    body: bytes

    @classmethod
    def of(cls, facts: FileFacts, outline: Outline) -> Entry:
        """The entry that keeps these facts."""
        return cls(
            outline,
            facts.fault,
            facts.fault_line,
            facts.fault_column,
            facts.ignores,
            _encoder.encode(facts),
        )

    def facts(self) -> FileFacts | None:
        """Decode the facts; None when the body is damaged."""
        try:
            return _facts_decoder.decode(self.body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return None


class _Block(msgspec.Struct, array_like=True):
    stamp: str
    sketches: dict[bytes, Sketch]
    entries: dict[bytes, Entry]


_block_decoder = msgspec.msgpack.Decoder(_Block)


class FactsCache:
    """Sketches and entries by content; `changed` tells whether there is something new to keep."""

    def __init__(self, block: bytes | None = None) -> None:
        self._known = _decode(block)
        self._used = _Block(_STAMP, {}, {})
        self.changed = False

    def apart(self) -> FactsCache:
        """A cache that knows what this one has used, and keeps nothing for it."""
        other = FactsCache()
        other._known = self._used
        return other

    def get(self, key: bytes) -> Entry | None:
        """The entry under a key, which then counts as used."""
        entry = self._used.entries.get(key) or self._known.entries.get(key)
        if entry is not None:
            self._used.entries[key] = entry
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        """Keep a new entry."""
        self._used.entries[key] = entry
        self.changed = True

    def entry(self, key: bytes) -> Entry:
        """The entry under a key that was put or found before."""
        return self._used.entries[key]

    def sketch(self, key: bytes) -> Sketch | None:
        """The sketch under a key, which then counts as used."""
        found = self._used.sketches.get(key) or self._known.sketches.get(key)
        if found is not None:
            self._used.sketches[key] = found
        return found

    def put_sketch(self, key: bytes, sketch: Sketch) -> None:
        """Keep a new sketch."""
        self._used.sketches[key] = sketch
        self.changed = True

    def encode(self) -> bytes:
        """The block to store: what this run used, so that the cache cannot grow without end."""
        return _encoder.encode(self._used)


def _decode(block: bytes | None) -> _Block:
    nothing = _Block(_STAMP, {}, {})
    if block is None or len(block) > MAX_BYTES:
        return nothing
    try:
        found = _block_decoder.decode(block)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return nothing
    return found if found.stamp == _STAMP else nothing
