"""Where the boxes of a diagram go: columns along the arrows, few crossings, always the same."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from safeguards.diagram import Box, Diagram
from safeguards.report.printable import printable

CHARACTER = 8
"""Width of a character in the font of the picture, rounded up."""
LINE = 18
PADDING = 24
GAP = 90
"""Between two columns, for the arrows."""
TALLEST = 2000
"""Height of a column before its boxes go on in another one."""
SWEEPS = 4

Point = tuple[int, int]


class Placed(msgspec.Struct, frozen=True):
    """A box at its place, in pixels; `heading` is the height of its title and subtitle."""

    x: int
    y: int
    width: int
    height: int
    heading: int

    def row(self, number: int) -> int:
        """The middle of a row."""
        return self.y + self.heading + number * LINE + LINE // 2

    def ends(self, other: Placed, y: int) -> tuple[Point, Point]:
        """From this box at height `y` to the title of the other one, on facing sides."""
        at = other.y + LINE // 2
        if other.x > self.x:
            return (self.x + self.width, y), (other.x, at)
        if other.x < self.x:
            return (self.x, y), (other.x + other.width, at)
        return (self.x + self.width, y), (other.x + other.width, at)


def place(diagram: Diagram) -> dict[str, Placed]:
    """The place of each box by its key."""
    links = _links(diagram)
    columns: dict[int, list[str]] = {}
    for key, number in _columns(links).items():
        columns.setdefault(number, []).append(key)
    ordered = [columns[number] for number in sorted(columns)]
    _untangle(ordered, links)
    boxes = {box.key: box for box in diagram.boxes}
    placed: dict[str, Placed] = {}
    x = PADDING
    for column in ordered:
        for part in _parts(column, boxes):
            width = max(_width(boxes[key]) for key in part)
            y = PADDING
            for key in part:
                height = _height(boxes[key])
                placed[key] = Placed(x, y, width, height, _heading(boxes[key]))
                y += height + PADDING
            x += width + GAP
    return placed


def _links(diagram: Diagram) -> dict[str, list[str]]:
    """The other boxes that each box leads to."""
    links: dict[str, list[str]] = {}
    for box in diagram.boxes:
        targets = [row.target for row in box.rows if row.target is not None]
        links[box.key] = [t for t in dict.fromkeys([*targets, *box.parents]) if t != box.key]
    return links


def _columns(links: Mapping[str, list[str]]) -> dict[str, int]:
    """The column of each box: right of all that lead to it, arrows that close a circle aside."""
    column = dict.fromkeys(links, 0)
    forward, order = _without_circles(links)
    for key in order:
        for target in forward[key]:
            column[target] = max(column[target], column[key] + 1)
    return column


def _without_circles(links: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], list[str]]:
    """The links less those that lead back, and the boxes with every source before its targets."""
    forward: dict[str, list[str]] = {key: [] for key in links}
    state: dict[str, int] = {}
    done: list[str] = []
    for start in links:
        waiting = [(start, iter(links[start]))] if start not in state else []
        state.setdefault(start, 1)
        while waiting:
            key, targets = waiting[-1]
            target = next(targets, None)
            if target is None:
                state[key] = 2
                done.append(key)
                waiting.pop()
                continue
            if state.get(target) != 1:
                forward[key].append(target)
            if target not in state:
                state[target] = 1
                waiting.append((target, iter(links[target])))
    return forward, done[::-1]


def _untangle(columns: list[list[str]], links: Mapping[str, list[str]]) -> None:
    """Sort each column by the mean height of its neighbours, back and forth."""
    neighbours: dict[str, set[str]] = {key: set(targets) for key, targets in links.items()}
    for key, targets in links.items():
        for target in targets:
            neighbours[target].add(key)
    height = {key: n for column in columns for n, key in enumerate(column)}

    def wanted(key: str) -> float:
        heights = [height[each] for each in neighbours[key]]
        return sum(heights) / len(heights) if heights else height[key]

    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            column.sort(key=wanted)
            height.update((key, n) for n, key in enumerate(column))


def _parts(column: list[str], boxes: Mapping[str, Box]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    height = 0
    for key in column:
        height += _height(boxes[key]) + PADDING
        if height > TALLEST and parts[-1]:
            parts.append([])
            height = _height(boxes[key])
        parts[-1].append(key)
    return parts


def _width(box: Box) -> int:
    texts = [box.title, box.subtitle, *(row.text for row in box.rows)]
    return (max(len(printable(text)) for text in texts) + 2) * CHARACTER


def _heading(box: Box) -> int:
    return (2 if box.subtitle else 1) * LINE + 2


def _height(box: Box) -> int:
    return _heading(box) + len(box.rows) * LINE + 4
