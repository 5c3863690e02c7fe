"""Text that cannot steer a terminal, whoever wrote it."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, control characters shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
