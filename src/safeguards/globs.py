"""Path patterns, with one meaning wherever the configuration takes them.

A pattern is anchored at the folder it is relative to. `*`, `?` and `[…]` stay inside one
name, `**` as a whole name crosses any number of folders, and what names a folder means
everything below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches(path: str, patterns: Iterable[str]) -> bool:
    """True when any pattern names this POSIX path or a folder above it."""
    return any(_compiled(pattern).fullmatch(path) for pattern in patterns)


def rebase(patterns: Iterable[str], folder: str) -> tuple[str, ...]:
    """The same patterns, relative to the folder in which `folder` lies; "" or "." is no change."""
    if folder in {"", "."}:
        return tuple(patterns)
    # The folder's own name is text, even where it holds a `[`.
    literal = re.sub(r"([*?\[])", r"[\1]", folder)
    return tuple(f"{literal}/{pattern.lstrip('/')}" for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    names = [name for name in pattern.split("/") if name not in {"", "."}]
    below = bool(names) and names[-1] == "**"
    while names and names[-1] == "**":
        names.pop()
    body = "".join("(?:[^/]+/)*" if name == "**" else _name(name) + "/" for name in names)
    if not names:
        return re.compile(".*", re.DOTALL)
    tail = "/.+" if below else "(?:/.*)?"
    return re.compile(body[:-1] + tail, re.DOTALL)


def _name(name: str) -> str:
    """One name of a pattern as a regular expression that never matches a `/`."""
    parts: list[str] = []
    at = 0
    while at < len(name):
        character = name[at]
        end = name.find("]", at + 2) if character == "[" else -1
        if character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif end > 0:
            parts.append(_choice(name[at + 1 : end]))
            at = end
        else:
            parts.append(re.escape(character))
        at += 1
    return "".join(parts)


def _choice(inside: str) -> str:
    negated = inside[0] == "!" and len(inside) > 1
    members = (inside[1:] if negated else inside).replace("\\", "\\\\")
    members = re.sub(r"([\[\]^&~|])", r"\\\1", members)
    return f"(?!/)[{'^' if negated else ''}{members}]"
