"""Whole lines out of bytes that come in pieces."""

from __future__ import annotations

import codecs
from collections.abc import Callable


class Lines:
    """Hands each line that was fed to it on as text, without its end; undecodable bytes replaced.

    What a carriage return overwrites on a terminal, such as a progress bar, counts as a line.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, chunk: bytes) -> None:
        """The next piece."""
        *whole, self._rest = (
            (self._rest + self._decoder.decode(chunk)).replace("\r", "\n").split("\n")
        )
        for line in whole:
            if line.strip():
                self._tell(line)

    def end(self) -> None:
        """Hand on a last line that has no end."""
        self.feed(b"\n")
