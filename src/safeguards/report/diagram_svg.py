"""`scan --graph FILE.svg`: the diagram as a picture that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from safeguards.diagram import Box, Diagram, Mark
from safeguards.report.diagram_layout import (
    CHARACTER,
    LINE,
    PADDING,
    Placed,
    Point,
    place,
)
from safeguards.report.printable import printable

_MARKS: tuple[Mark, ...] = ("", "error", "warning")
_STYLE = """\
  <style>
    text { font: 12px ui-monospace, monospace; fill: #1f2328 }
    .title { font-weight: bold }
    .quiet { fill: #57606a }
    .error { fill: #cf222e }
    .warning { fill: #bc4c00 }
    .edge { fill: none; stroke: #57606a; stroke-width: 1.2 }
    .edge.error { stroke: #cf222e }
    .edge.warning { stroke: #bc4c00 }
    .box { fill: #f6f8fa; stroke: #57606a }
    .box.error { stroke: #cf222e }
    .box.warning { stroke: #bc4c00 }
    .head { fill: #57606a }
    .head.error { fill: #cf222e }
    .head.warning { fill: #bc4c00 }
  </style>
"""
_SHEET = '  <rect width="100%" height="100%" fill="#ffffff"/>\n'


def render(diagram: Diagram) -> str:
    """The SVG document: boxes in columns along their arrows; faults are red with their message."""
    return _drawn(diagram, "SQLAlchemy models and their relationships", "", _STYLE, _SHEET)


def inline(diagram: Diagram, title: str) -> str:
    """The same as a part of a page, which has the style for `.graph` and what is in it."""
    return _drawn(diagram, title, ' class="graph"', "", "")


def _drawn(diagram: Diagram, title: str, attributes: str, style: str, sheet: str) -> str:
    placed = place(diagram)
    width = max((p.x + p.width for p in placed.values()), default=0) + PADDING
    height = max((p.y + p.height for p in placed.values()), default=0) + PADDING
    parts = [_arrow(*each) for each in _arrows(diagram, placed)]
    parts += [_box(box, placed[box.key]) for box in diagram.boxes]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img"{attributes}>\n'
        f"  <title>{_text(title)}</title>\n{style}{_heads()}{sheet}{''.join(parts)}</svg>\n"
    )


def _heads() -> str:
    heads = "".join(
        f'    <marker id="head{mark}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" class="{_kind("head", mark)}"/>'
        "</marker>\n"
        for mark in _MARKS
    )
    return f"  <defs>\n{heads}  </defs>\n"


def _arrows(
    diagram: Diagram, placed: dict[str, Placed]
) -> Iterator[tuple[Point, Point, Mark, str, bool]]:
    for box in diagram.boxes:
        own = placed[box.key]
        for number, row in enumerate(box.rows):
            if row.target is not None:
                other = placed[row.target]
                start, end = own.ends(other, own.row(number))
                yield start, end, row.mark, row.note, False
        for parent in box.parents:
            start, end = own.ends(placed[parent], own.y + LINE // 2)
            yield start, end, "", "inherits", True


def _arrow(start: Point, end: Point, mark: Mark, note: str, dashed: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = max(40, abs(x2 - x1) // 2)
    out = bend if x2 >= x1 else -bend
    back = -out if x1 != x2 else bend
    path = f"M{x1} {y1}C{x1 + out} {y1} {x2 + back} {y2} {x2} {y2}"
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    title = f"<title>{_text(note)}</title>" if note else ""
    return (
        f'  <path d="{path}" class="{_kind("edge", mark)}"{dash} marker-end="url(#head{mark})">'
        f"{title}</path>\n"
    )


def _box(box: Box, at: Placed) -> str:
    mark = box.mark or next((row.mark for row in box.rows if row.mark == "error"), "")
    lines = [_line(box.title, at, at.y + LINE - 4, f"title {box.mark}".strip(), box.note)]
    if box.subtitle:
        lines.append(_line(box.subtitle, at, at.y + 2 * LINE - 4, "quiet", ""))
    for number, row in enumerate(box.rows):
        lines.append(_line(row.text, at, at.row(number) + 4, row.mark, row.note))
    return (
        f'  <rect x="{at.x}" y="{at.y}" width="{at.width}" height="{at.height}" rx="4" '
        f'class="{_kind("box", mark)}"/>\n{"".join(lines)}'
    )


def _line(text: str, at: Placed, y: int, style: str, note: str) -> str:
    title = f"<title>{_text(note)}</title>" if note else ""
    kind = f' class="{style}"' if style else ""
    return f'  <text x="{at.x + CHARACTER}" y="{y}"{kind}>{_text(text)}{title}</text>\n'


def _kind(name: str, mark: Mark) -> str:
    return f"{name} {mark}".strip()


def _text(text: str) -> str:
    return escape(printable(text))
