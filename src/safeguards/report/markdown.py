"""Text of anybody's as a part of Markdown that it cannot change."""

from __future__ import annotations

import re

from safeguards.report.printable import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")


def code(text: str) -> str:
    """A code span that may stand in a table."""
    return _span(printable(text).replace("|", "\\|"))


def span(text: str) -> str:
    """A code span outside of tables; nothing where there is no text."""
    return _span(printable(text)) if text.strip() else ""


def _span(text: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def words(text: str) -> str:
    """The text with nothing in it that means something to Markdown."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def block(text: str) -> str:
    """A fenced block with the text on one line, to be copied as it is."""
    text = printable(text)
    fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence}text\n{text}\n{fence}"
