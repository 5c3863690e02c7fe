"""A drawing as values: boxes with rows, and arrows from a row to another box."""

from __future__ import annotations

from typing import Literal

import msgspec

Mark = Literal["", "error", "warning"]


class Row(msgspec.Struct, frozen=True):
    """A line in a box; `target` is the key of the box that its arrow leads to."""

    text: str
    target: str | None = None
    mark: Mark = ""
    note: str = ""
    """What is wrong, for whoever asks about a marked row."""


class Box(msgspec.Struct, frozen=True):
    """A titled box; `key` names it within its diagram, `parents` are the boxes it inherits from."""

    key: str
    title: str
    subtitle: str = ""
    rows: tuple[Row, ...] = ()
    parents: tuple[str, ...] = ()
    mark: Mark = ""
    note: str = ""


class Diagram(msgspec.Struct, frozen=True):
    """Boxes in the order in which they were declared."""

    boxes: tuple[Box, ...]
