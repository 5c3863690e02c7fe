"""Names and beginnings of statements in SQL that may have holes."""

from __future__ import annotations

import re

from safeguards.migrations.effects.values import UNKNOWN

HOLE = "\0"
"""A part of the text that only running it would tell."""

NAME = r"((?:[\w\0$]+|\"[^\"]*\"|`[^`]*`)(?:\s*\.\s*(?:[\w\0$]+|\"[^\"]*\"|`[^`]*`))*)"
ONLY = r"(?:only\s+)?"
EXISTS = r"(?:if\s+(?:not\s+)?exists\s+)?"


def shown(sql: str) -> str:
    """The beginning of a statement, for people."""
    plain = sql.replace(HOLE, UNKNOWN)
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


def table_name(text: str) -> str:
    """A name as the database knows it; `UNKNOWN` for one with a hole."""
    if HOLE in text:
        return UNKNOWN
    parts = re.findall(r'"[^"]*"|`[^`]*`|[^.\s]+', text)
    return ".".join(part[1:-1] if part[0] in '"`' else part.lower() for part in parts)
