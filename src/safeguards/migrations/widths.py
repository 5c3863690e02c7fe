"""How wide a file makes the column in which Alembic keeps the revision of a database."""

from __future__ import annotations

import re

DEFAULT = 32
"""Characters of `alembic_version.version_num`, unless something makes it wider."""
UNLIMITED = 1 << 30

_AROUND = 300
_COLUMN = re.compile(rb"version_num\b")
_WIDTH = re.compile(
    rb"(?:varchar2?|varying|char|string|unicode|text)\s*\(\s*(?:length\s*=\s*)?(\d{1,9})",
    re.IGNORECASE,
)
_ANY_WIDTH = re.compile(
    rb"\btext\b(?!\s*\()|\btext\(\s*\)|varchar\s*\(\s*max"
    rb"|(?:string|unicode)\s*\(\s*(?:\)|(?!length\s*=\s*\d)[a-z_])",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"^\s*#.*$", re.MULTILINE)


def widest(content: bytes) -> int:
    """The most characters that `version_num` gets from this file; 0 when it is left alone.

    A width that is not a number in the text counts as wide enough.
    """
    if b"version_num" not in content:
        return 0
    code = _COMMENT.sub(b"", content)
    found = 0
    for match in _COLUMN.finditer(code):
        near = code[max(0, match.start() - _AROUND) : match.end() + _AROUND]
        found = max([found, *(int(width) for width in _WIDTH.findall(near))])
        if _ANY_WIDTH.search(near):
            return UNLIMITED
    return found
