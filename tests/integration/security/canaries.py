"""Secrets that are easy to find again, in whatever spelling they come out."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from urllib.parse import quote

SPECIAL = "@/+:= %&ß"
"""What a canary ends with where its place allows it: other spellings differ from it."""


class Canaries:
    """Names → the heart of a secret, which is found whatever surrounds it."""

    def __init__(self) -> None:
        self._hearts: dict[str, str] = {}

    def plain(self, name: str) -> str:
        """A new secret of letters and digits, for a place of this name."""
        return self._hearts.setdefault(name, f"zq{os.urandom(8).hex()}")

    def odd(self, name: str) -> str:
        """A new secret with characters that URLs, shells and JSON write in another way."""
        return self.plain(name) + SPECIAL

    def quoted(self, name: str) -> str:
        """The secret of `odd` as it stands in a URL."""
        return quote(self.odd(name), safe="")

    def found(self, content: bytes) -> list[str]:
        """The names of the secrets that the content gives away."""
        return [name for name, heart in self._hearts.items() if any(
            form in content for form in forms(heart))]  # fmt: skip


def forms(heart: str) -> Iterator[bytes]:
    """How a secret may be written: as it is, its first half, base64, hexadecimal, backwards."""
    raw = heart.encode()
    yield raw
    yield raw[: len(raw) // 2 + 2]
    yield raw.hex().encode()
    yield raw[::-1]
    for before in range(3):
        # What stands before it shifts the groups of six bits; the ends depend on neighbours.
        whole = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        yield whole[4 if before else 0 : -1 or None]
