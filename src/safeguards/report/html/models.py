"""The models as a picture, their faults in words."""

from __future__ import annotations

import msgspec

from safeguards.diagram import Box, Diagram, Mark, Row
from safeguards.findings import Finding
from safeguards.report import diagram_svg
from safeguards.report.html.contents import Models
from safeguards.report.html.markup import Markup, el, joined, text

MOST_BOXES = 120
MOST_ROWS = 30
"""In one box."""
LARGEST = 600_000
"""Bytes of the picture."""
MOST_FINDINGS = 30
OPEN_FINDINGS = 5
"""Those that stand in the open; the others are folded away."""
WIDEST = 60
"""Characters of a line in a box."""

_SIGNS: dict[Mark, str] = {"": "", "error": "✕ ", "warning": "▲ "}


def section(models: Models) -> Markup:
    """The section; a project without models, and one that could not be read, says so."""
    return el(
        "section",
        el("h2", "Models", id="models-title"),
        *_said(models),
        class_="card",
        id="models",
        aria_labelledby="models-title",
    )


def bounded(diagram: Diagram, most: int = MOST_BOXES) -> Diagram:
    """At most so many boxes of a diagram: faulty ones and their neighbours before others."""
    marked = [box.key for box in diagram.boxes if _is_marked(box)]
    near = [target for box in diagram.boxes if _is_marked(box) for target in _targets(box)]
    every = [box.key for box in diagram.boxes]
    kept = set(list(dict.fromkeys([*marked, *near, *every]))[:most])
    return Diagram(tuple(_box(box, kept) for box in diagram.boxes if box.key in kept))


def findings_list(findings: tuple[Finding, ...]) -> Markup | None:
    """The findings, errors first; None without any."""
    told = [each for each in findings if each.severity != "info"]
    if not told:
        return None
    told.sort(key=lambda each: each.severity != "error")
    shown, folded = told[:OPEN_FINDINGS], told[OPEN_FINDINGS:MOST_FINDINGS]
    left = len(told) - MOST_FINDINGS
    more = el(
        "details",
        el("summary", f"{len(told) - OPEN_FINDINGS} more"),
        el("ul", *map(_finding, folded), class_="items"),
        el("p", f"and {left} more", class_="quiet") if left > 0 else None,
    )
    return joined((el("ul", *map(_finding, shown), class_="items"), more if folded else None))


def counted(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning`, or `no errors`."""
    errors = sum(each.severity == "error" for each in findings)
    warnings = sum(each.severity == "warning" for each in findings)
    told = f"{errors or 'no'} error{'s' * (errors != 1)}"
    return f"{told}, {warnings} warning{'s' * (warnings != 1)}" if warnings else told


def _said(models: Models) -> tuple[Markup | None, ...]:
    if models.problem:
        return (el("p", f"The models could not be read: {models.problem}"),)
    boxes = len(models.diagram.boxes)
    if not boxes:
        return (
            el("p", "No SQLAlchemy model was found in this checkout."),
            findings_list(models.findings),
        )
    related = f"{models.relationships} relationship{'s' * (models.relationships != 1)}"
    summary = f"{boxes} model{'s' * (boxes != 1)}, {related}: {counted(models.findings)}"
    summary += f"; {models.undecided} undecided" if models.undecided else ""
    summary += f"; {models.known} known to the baseline" if models.known else ""
    drawn, picture = _fitting(models.diagram, summary)
    left = boxes - drawn
    return (
        el("p", f"{summary}. ", "Read from the text of this checkout; nothing was imported."),
        findings_list(models.findings),
        el("figure", picture),
        _left_out(left, boxes) if left else None,
    )


def _fitting(diagram: Diagram, summary: str) -> tuple[int, Markup]:
    """How many boxes are drawn, and the picture: as many as stay below `LARGEST`."""
    most = MOST_BOXES
    while True:
        drawn = bounded(diagram, most)
        svg = diagram_svg.inline(drawn, f"SQLAlchemy models and relationships: {summary}")
        if len(svg.encode()) <= LARGEST or most <= 1:
            break
        most //= 2
    about = "Picture of the models"
    region = {"class_": "scroll tall", "tabindex": "0", "role": "region", "aria_label": about}
    return len(drawn.boxes), el("div", Markup(svg), **region)


def _left_out(left: int, boxes: int) -> Markup:
    return el(
        "p",
        f"{left} of {boxes} are not drawn here. All of them: ",
        el("code", "safeguards scan --graph models.svg"),
        class_="quiet",
    )


def _finding(finding: Finding) -> Markup:
    kind, sign = ("bad", "✕") if finding.severity == "error" else ("warn", "▲")
    place = f"{finding.place.path}:{finding.place.line}"
    return el(
        "li",
        el("span", sign, class_="sign", aria_hidden="true"),
        el(
            "div",
            el("p", el("strong", f"{finding.rule} {finding.severity}: "), text(finding.message)),
            el("p", text(finding.help)) if finding.help else None,
            el("p", el("span", place, class_="mono"), class_="quiet"),
        ),
        class_=kind,
    )


def _is_marked(box: Box) -> bool:
    return bool(box.mark) or any(row.mark for row in box.rows)


def _targets(box: Box) -> list[str]:
    return [*(row.target for row in box.rows if row.target is not None), *box.parents]


def _box(box: Box, kept: set[str]) -> Box:
    """The box with signs beside the colours, and no more rows or letters than fit."""
    rows = sorted(box.rows, key=lambda row: not row.mark) if len(box.rows) > MOST_ROWS else box.rows
    shown = [_row(row, kept) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        shown.append(Row(f"… and {len(rows) - MOST_ROWS} more"))
    return msgspec.structs.replace(
        box,
        title=_cut(_SIGNS[box.mark] + box.title),
        subtitle=_cut(box.subtitle),
        rows=tuple(shown),
        parents=tuple(parent for parent in box.parents if parent in kept),
        note=_cut(box.note, 4 * WIDEST),
    )


def _row(row: Row, kept: set[str]) -> Row:
    target = row.target if row.target in kept else None
    note = _cut(row.note, 4 * WIDEST)
    return Row(_cut(_SIGNS[row.mark] + row.text), target, row.mark, note)


def _cut(value: str, most: int = WIDEST) -> str:
    return value if len(value) <= most else f"{value[: most - 1]}…"
