"""`scan --format markdown`: a comment for a merge request, or a job summary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeguards.findings import Finding
from safeguards.report.excerpt import Excerpts, excerpt
from safeguards.report.findings_text import summary
from safeguards.report.printable import printable

_SIGNS = {"error": "❌", "warning": "⚠️", "info": "❔"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")


def render(findings: tuple[Finding, ...], sources: Excerpts | None = None) -> str:
    """A heading with the counts, a table of the findings, and each with its source below."""
    lines = [f"### safeguards scan: {summary(findings)}", ""]
    if findings:
        lines += ["| | where | rule | what |", "|---|---|---|---|"]
        lines += [_row(finding) for finding in findings]
        lines += ["", "<details><summary>Source</summary>", ""]
        for finding in findings:
            lines += _details(finding, sources or {})
        lines += ["</details>", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(finding: Finding) -> str:
    place = finding.place
    what = "<br>".join(_text(text) for text in (finding.message, finding.help) if text)
    where = _code(f"{place.path}:{place.line}")
    sign = _SIGNS[finding.severity]
    return f"| {sign} {finding.severity} | {where} | {finding.rule} {finding.name} | {what} |"


def _details(finding: Finding, sources: Excerpts) -> Iterator[str]:
    blocks = [(finding.place, finding.message)]
    blocks += [(related.place, related.label) for related in finding.related]
    for place, label in blocks:
        shown = list(excerpt(place, sources))
        if shown:
            yield f"{_code(f'{place.path}:{place.line}')} {_text(label)}"
            yield ""
            yield from (f"    {line}" for line in shown)
            yield ""


def _code(text: str) -> str:
    """A code span that may stand in a table."""
    text = printable(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(text))
