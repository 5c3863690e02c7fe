"""A query that a person wrote, as far as to know where it ends: pure text, for each dialect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from safeguards.errors import RefusedError

if TYPE_CHECKING:
    from safeguards.system.database import Dialect

_BLANK = r"(?P<blank>\s+|--[^\n]*)"
_NAMES = r'"(?:[^"]|"")*"'
_TEXTS = r"'(?:[^']|'')*'"
_ESCAPED = r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*\""""
_COMMENT = r"(?P<comment>/\*)"
_END = r"(?P<end>;)"
_WORD = r"[^\W\d][\w$]*"
_REST = r"(?P<open>['\"`])|."

_TOKENS: Mapping[Dialect, re.Pattern[str]] = {
    "postgresql": re.compile(
        rf"{_BLANK}|{_COMMENT}|{_END}|[eE]'(?:[^'\\]|''|\\.)*'|{_TEXTS}|{_NAMES}"
        rf"|(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)|(?P<dollar>\$[^\d\s])|{_WORD}|{_REST}",
        re.DOTALL,
    ),
    "mysql": re.compile(
        rf"(?P<blank>\s+|--(?=\s|$)[^\n]*|#[^\n]*)|{_COMMENT}|{_END}|{_ESCAPED}|`(?:[^`]|``)*`"
        rf"|{_WORD}|{_REST}",
        re.DOTALL,
    ),
    "sqlite": re.compile(
        rf"{_BLANK}|{_COMMENT}|{_END}|{_TEXTS}|{_NAMES}|`(?:[^`]|``)*`|\[[^\]]*\]|{_WORD}|{_REST}",
        re.DOTALL,
    ),
}
"""What a query is made of. A string is one token, so that a semicolon in it ends nothing."""


def single(query: str, dialect: Dialect) -> str:
    """The query without what ends it, and safe to stand in brackets on lines of its own.

    Raises `RefusedError` for more than one statement, and for text that never ends.
    """
    at, last, ended = 0, 0, False
    while at < len(query):
        token = _TOKENS[dialect].match(query, at)
        assert token is not None
        kind = token.lastgroup
        at = _after_comment(query, at, dialect) if kind == "comment" else token.end()
        if kind in ("open", "dollar"):
            raise RefusedError(
                f"the query has text that does not end: {query[token.start() :][:40]}"
            )
        if kind == "end":
            ended = True
        elif kind not in ("blank", "comment"):
            if ended:
                raise RefusedError("the query is more than one statement")
            last = at
    return query[:last].strip()


def _after_comment(query: str, at: int, dialect: Dialect) -> int:
    """Where a comment ends; those of PostgreSQL hold others."""
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(query, at):
        if mark.group() == "*/":
            depth -= 1
        elif not depth or dialect == "postgresql":
            depth += 1
        if not depth:
            return mark.end()
    if dialect == "sqlite":
        return len(query)
    raise RefusedError("the query has a comment that does not end")
