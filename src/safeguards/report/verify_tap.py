"""`verify --format tap`: TAP version 13, a test point for each item, why as YAML below it.

Not version 14: many programs that read TAP refuse it, and it has nothing that is needed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from safeguards.checks import FAILED, Item, Verdict
from safeguards.report.printable import printable
from safeguards.report.verify_details import details, parts, said


def render(verdicts: tuple[Verdict, ...]) -> str:
    """The plan, and every point; one that could not be looked at is `not ok` too."""
    points = [point for verdict in verdicts for point in _points(verdict)]
    lines = ["TAP version 13", f"1..{len(points)}"]
    for number, (title, item) in enumerate(points, 1):
        lines += _point(number, title, item)
    return "".join(f"{line}\n" for line in lines)


def _points(verdict: Verdict) -> Iterator[tuple[str, Item]]:
    for check in verdict.checks:
        for item in parts(check):
            yield f"{verdict.target}: {check.name}: {item.subject}", item


def _point(number: int, title: str, item: Item) -> Iterator[str]:
    mark = "not ok" if item.status in FAILED else "ok"
    skipped = f" # SKIP {_escaped(said(item) or 'left out')}" if item.status == "skipped" else ""
    yield f"{mark} {number} - {_escaped(title)}{skipped}"
    if skipped:
        return
    yield "  ---"
    yield f"  status: {item.status}"
    for name, text in details(item):
        # A JSON string is one in YAML too.
        yield f"  {name}: {json.dumps(printable(text))}"
    yield "  ..."


def _escaped(text: str) -> str:
    """Without what would begin a directive."""
    return printable(text).replace("\\", "\\\\").replace("#", "\\#")
