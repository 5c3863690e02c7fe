"""Finished scans by what they read: the same files and settings have the same findings.

What cannot be read is forgotten, never trusted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from safeguards.scan.result import ScanResult
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources

MOST = 8
"""Scans that are kept: work tree and index, whole and in parts, take turns."""

_decoder = msgspec.msgpack.Decoder(dict[bytes, bytes])
_encoder = msgspec.msgpack.Encoder(order="deterministic")


class Verdicts:
    """The last few results; `stamp` names the code that judged."""

    def __init__(self, stamp: str, block: bytes | None = None) -> None:
        self._stamp = stamp
        self._kept = _decoded(block)

    def key(self, sources: Sources, settings: ScanSettings) -> bytes:
        """The key of all that a scan depends on: code, settings, paths and contents."""
        whole = hashlib.blake2b(digest_size=32)
        whole.update(_encoder.encode((self._stamp, settings)))
        for path in sorted(sources.files):
            whole.update(_name(path))
            whole.update(sources.digest(path))
        whole.update(b"\0")
        for path, reason in sorted(sources.unreadable.items()):
            whole.update(_name(path))
            whole.update(_name(reason))
        return whole.digest()

    def get(self, key: bytes) -> ScanResult | None:
        """The result under a key, or None."""
        try:
            return msgspec.msgpack.decode(self._kept[key], type=ScanResult)
        except (KeyError, msgspec.MsgspecError, RecursionError, ValueError):
            return None

    def with_result(self, key: bytes, result: ScanResult) -> bytes | None:
        """The block to store with one result more; None for one that cannot be written down."""
        try:
            body = _encoder.encode(result)
        except UnicodeEncodeError:
            return None
        older = [each for each in self._kept.items() if each[0] != key]
        return msgspec.msgpack.encode(dict([*older[-(MOST - 1) :], (key, body)]))


def _name(text: str) -> bytes:
    """A text that none other begins with."""
    data = text.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(8, "big") + data


def _decoded(block: bytes | None) -> Mapping[bytes, bytes]:
    try:
        return {} if block is None else _decoder.decode(block)
    except (msgspec.MsgspecError, ValueError):
        return {}
