"""Edits → bytes. Encoding, byte order mark and line ends stay as they are."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable

from safeguards.findings import Edit

_LINE_END = re.compile("\r\n|\r|\n")


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file after edits that do not overlap.

    Raises ValueError when an edit lies outside the file or its encoding cannot hold the text.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        start, end = _offset(text, starts, edit.start), _offset(text, starts, edit.end)
        text = f"{text[:start]}{edit.text}{text[end:]}"
    return text.encode(encoding)


def overlap(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Whether two sets of edits touch the same text."""
    return any(
        a.path == b.path and a.start <= b.end and b.start <= a.end for a in one for b in other
    )


def _offset(text: str, starts: list[int], position: tuple[int, int]) -> int:
    line, column = position
    if not 1 <= line <= len(starts):
        raise ValueError(f"no line {line}")
    following = starts[line] if line < len(starts) else len(text)
    content = text[starts[line - 1] : following].encode("utf-8", "surrogatepass")
    if column > len(content):
        raise ValueError(f"no column {column} in line {line}")
    return starts[line - 1] + len(content[:column].decode("utf-8", "surrogatepass"))
