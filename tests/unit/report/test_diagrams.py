"""Diagrams as Mermaid and as SVG: well-formed, escaped, always the same, faults marked."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest

from safeguards.diagram import Box, Diagram, Row
from safeguards.report import diagram_mermaid, diagram_svg
from safeguards.report.diagram_layout import place

SVG = "{http://www.w3.org/2000/svg}"
SHOP = Diagram(
    (
        Box("u", "User", "user", (Row("posts  1 → *", "p", "error", "SG101 ambiguous"),)),
        Box("p", "Post", "post", (Row("author", "u"), Row("next", "p"), Row("far", "missing:X"))),
        Box("d", "Draft", "", (Row("chosen"),), parents=("p",)),
        Box("missing:X", "X", "not defined", mark="error"),
    )
)


def test_mermaid_lists_boxes_arrows_and_marks() -> None:
    assert diagram_mermaid.render(SHOP).splitlines() == [
        "flowchart LR",
        '  n0["User<br/>user"]',
        '  n1["Post<br/>post"]',
        '  n2["Draft<br/>chosen"]',
        '  n3["X<br/>not defined"]:::error',
        '  n0 -->|"posts  1 → * SG101"| n1',
        '  n1 -->|"author"| n0',
        '  n1 -->|"next"| n1',
        '  n1 -->|"far"| n3',
        '  n2 -.->|"inherits"| n1',
        "  classDef error stroke:#c00,stroke-width:2px,color:#c00",
        "  linkStyle 0 stroke:#c00,stroke-width:2px,color:#c00",
        "  classDef warning stroke:#b60,stroke-width:2px,color:#b60",
    ]


def svg(diagram: Diagram) -> ElementTree.Element:
    root = ElementTree.fromstring(diagram_svg.render(diagram))
    assert root.tag == f"{SVG}svg"
    return root


def test_svg_has_a_box_for_each_and_a_red_arrow_with_its_reason() -> None:
    root = svg(SHOP)
    assert len(root.findall(f"{SVG}rect")) == 1 + len(SHOP.boxes)
    assert len(root.findall(f"{SVG}path")) == 5
    (red,) = [p for p in root.findall(f"{SVG}path") if "error" in str(p.get("marker-end"))]
    assert red.findtext(f"{SVG}title") == "SG101 ambiguous"
    texts = [text.text for text in root.findall(f"{SVG}text")]
    assert {"User", "user", "posts  1 → *", "Draft", "X"} <= set(texts)


def test_svg_has_no_script_and_loads_nothing() -> None:
    assert not re.search(r"<script|href=|@import|url\((?!#)", diagram_svg.render(SHOP))


NASTY = "<b onload='x'>&\"]; click n0 href\x1b\n--> n9 %%\u202e\udce9</b>"


def test_no_name_breaks_out() -> None:
    box = Box("a", NASTY, NASTY, (Row(NASTY, "a", "error", NASTY),), mark="warning", note=NASTY)
    root = svg(Diagram((box,)))
    assert {child.tag for child in root.iter()} <= {
        f"{SVG}{name}"
        for name in ("svg", "title", "style", "defs", "marker", "path", "rect", "text")
    }
    lines = diagram_mermaid.render(Diagram((box,))).splitlines()
    assert len(lines) == 6
    for line in lines[1:3]:
        label = line.partition('"')[2].rpartition('"')[0]
        assert re.fullmatch(r"[\w .,→*:/\\#;-]*(<br/>[\w .,→*:/\\#;-]*)*", label), label


def test_boxes_never_overlap_and_lie_right_of_what_leads_to_them() -> None:
    chance = random.Random(7)
    keys = [f"k{number}" for number in range(60)]
    boxes = tuple(
        Box(key, key * chance.randint(1, 4), "t", tuple(Row("r", t) for t in targets))
        for key in keys
        for targets in [chance.sample(keys, chance.randint(0, 3))]
    )
    placed = place(Diagram(boxes))
    assert set(placed) == set(keys)
    for one in placed.values():
        for other in placed.values():
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart or one is other
    chain = Diagram(
        (Box("c", "C"), Box("b", "B", rows=(Row("r", "c"),)), Box("a", "A", parents=("b",)))
    )
    at = place(chain)
    assert at["a"].x < at["b"].x < at["c"].x


@pytest.mark.parametrize("render", [diagram_mermaid.render, diagram_svg.render])
def test_nothing_is_a_drawing_too_and_the_same_is_drawn_the_same(render: object) -> None:
    assert callable(render)
    assert render(Diagram(()))
    assert render(SHOP) == render(SHOP)


def test_a_long_chain_and_a_large_circle_are_placed() -> None:
    many = 3000
    boxes = tuple(Box(f"k{n}", "K", rows=(Row("r", f"k{(n + 1) % many}"),)) for n in range(many))
    assert len(place(Diagram(boxes))) == many
