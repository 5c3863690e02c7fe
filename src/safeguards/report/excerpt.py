"""Lines of source under a finding, with a caret where it points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from safeguards.findings import Place
from safeguards.report.printable import printable

Excerpts = Mapping[str, Sequence[str]]
"""The lines of each file that findings speak of, by its path as they write it."""

WIDEST = 120
"""Columns of source that are shown; longer lines are cut around the caret."""
TAB = "    "


def excerpt(place: Place, sources: Excerpts) -> Iterator[str]:
    """`12 |     text` and a caret below; nothing where the source is not known or has moved."""
    lines = sources.get(place.path, ())
    if not 1 <= place.line <= len(lines):
        return
    line = lines[place.line - 1].rstrip()
    if not 1 <= place.column <= len(line):
        return
    before, after = _shown(line[: place.column - 1]), _shown(line[place.column - 1 :])
    if len(before) + len(after) > WIDEST:
        before, after = _cut(before, after)
    number = str(place.line)
    yield f"{number} | {before}{after}"
    yield f"{' ' * len(number)} | {' ' * _width(before)}^"


def _shown(text: str) -> str:
    return printable(text.replace("\t", TAB))


def _cut(before: str, after: str) -> tuple[str, str]:
    """The part of a long line around the caret, `…` for what is left out."""
    if len(before) > WIDEST // 2:
        before = f"…{before[-(WIDEST // 2) :]}"
    room = WIDEST - len(before)
    return before, after if len(after) <= room else f"{after[:room]}…"


def _width(text: str) -> int:
    """Terminal columns: two for a wide character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
