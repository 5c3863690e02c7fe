"""Lines that fit a narrow terminal, broken between words only."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining, east_asian_width

NARROWEST = 20
"""Columns below which nothing is broken: nobody could read it."""


def cells(text: str) -> int:
    """How many columns of a terminal printable text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(line: str, width: int | None, *, hang: int = 2) -> Iterator[str]:
    """The line in pieces of at most `width` columns, those after the first indented by `hang`.

    A word that is longer stays whole: the terminal breaks it, and it is still one word to copy.
    """
    if width is None or width < NARROWEST or cells(line) <= width:
        yield line
        return
    indent = len(line) - len(line.lstrip(" "))
    current, empty = " " * indent, True
    for word in line.split():
        gap = "" if empty else " "
        if not empty and cells(current) + 1 + cells(word) > width:
            yield current
            current, gap = " " * (indent + hang), ""
        current, empty = f"{current}{gap}{word}", False
    yield current


def whole(label: str, command: str, width: int | None) -> Iterator[str]:
    """A label and a command behind it, or below it from the first column where it does not fit.

    No end of line is ever inside the command, so that copying it from a terminal gives it back.
    """
    line = f"{label} {command}"
    if width is None or width < NARROWEST or cells(line) <= width:
        yield line
    else:
        yield label
        yield command


def folded(line: str, width: int, *, hang: int = 2) -> Iterator[str]:
    """As `wrapped`, for a screen that breaks nothing by itself: longer words are cut too."""
    for piece in wrapped(line, width, hang=hang):
        rest = piece
        while cells(rest) > width:
            length = len(rest)
            while cells(rest[:length]) > width:
                length -= 1
            yield rest[: max(length, 1)]
            rest = rest[max(length, 1) :]
        yield rest
