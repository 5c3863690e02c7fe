"""`scan --graph FILE.mmd`: a Mermaid flowchart, which many forges and editors draw."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.diagram import Box, Diagram
from safeguards.report.printable import printable

_STYLES = {
    "error": "stroke:#c00,stroke-width:2px,color:#c00",
    "warning": "stroke:#b60,stroke-width:2px,color:#b60",
}


def render(diagram: Diagram) -> str:
    """The flowchart; arrows of faulty relationships are coloured, inheritance is dashed."""
    names = {box.key: f"n{number}" for number, box in enumerate(diagram.boxes)}
    lines = ["flowchart LR"]
    lines += [f"  {_node(box, names[box.key])}" for box in diagram.boxes]
    styles: dict[str, list[int]] = {}
    for number, (line, mark) in enumerate(_arrows(diagram, names)):
        lines.append(f"  {line}")
        if mark:
            styles.setdefault(mark, []).append(number)
    for mark, style in _STYLES.items():
        lines.append(f"  classDef {mark} {style}")
        if mark in styles:
            lines.append(f"  linkStyle {','.join(map(str, styles[mark]))} {style}")
    return "\n".join(lines) + "\n"


def _node(box: Box, name: str) -> str:
    texts = [box.title, box.subtitle, *(row.text for row in box.rows if row.target is None)]
    label = "<br/>".join(_escaped(text) for text in texts if text)
    mark = box.mark or next((row.mark for row in box.rows if row.mark and row.target is None), "")
    return f'{name}["{label}"]{f":::{mark}" if mark else ""}'


def _arrows(diagram: Diagram, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for box in diagram.boxes:
        for row in box.rows:
            if row.target is not None:
                code = f" {row.note.partition(' ')[0]}" if row.note else ""
                label = _escaped(f"{row.text}{code}")
                yield f'{names[box.key]} -->|"{label}"| {names[row.target]}', row.mark
        for parent in box.parents:
            yield f'{names[box.key]} -.->|"inherits"| {names[parent]}', ""


def _escaped(text: str) -> str:
    """Only letters, digits and harmless signs as they are; the rest as Mermaid's entities."""
    return "".join(c if c.isalnum() or c in " _.,→*:-/" else f"#{ord(c)};" for c in printable(text))
