"""Text of anybody's inside Markdown: it stands in code, where nothing is looked for in it.

A backslash would not do: GitHub looks for `@name`, `#1` and commits in what Markdown made of the
text, and leaves out code alone.
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of one thing that somebody else wrote."""


def span(text: str, longest: int = LONGEST) -> str:
    """The text as a code span on one line; nothing in it ends the span or means anything."""
    shown = shortened(visible(text), longest) or " "
    fence = "`" * (_longest_run(shown) + 1)
    # Markdown takes one space away at both ends, but not of what is nothing else.
    spaced = shown[0] == shown[-1] == " " and shown.strip()
    pad = " " if spaced or "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def block(text: str, room: int) -> str:
    """The text as a code block of at most `room` bytes; whole lines are left out at the end."""
    lines = [shortened(visible(line), LONGEST * 4) for line in text.splitlines()]
    fence = "`" * max(_longest_run("\n".join(lines)) + 1, 3)
    left = room - 2 * len(fence) - len("text\n\n") - len("…\n".encode())
    kept: list[str] = []
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join([f"{fence}text", *kept, fence])


def visible(text: str) -> str:
    """The text on one line, with whatever is not to be seen shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning when it is longer than that."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
