"""Text that cannot steer a terminal, whoever wrote it."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, control characters shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def printable_json(document: str) -> str:
    """The same JSON document without characters that can steer a terminal: they are escaped.

    JSON itself escapes those below a space only.
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in document)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
