"""`scan --format markdown`: a comment for a merge request, or a job summary."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Finding
from safeguards.report.excerpt import Excerpts, excerpt
from safeguards.report.findings_text import summary
from safeguards.report.markdown import code, words

_SIGNS = {"error": "❌", "warning": "⚠️", "info": "❔"}


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
    what = "<br>".join(words(text) for text in (finding.message, finding.help) if text)
    where = code(f"{place.path}:{place.line}")
    sign = _SIGNS[finding.severity]
    return f"| {sign} {finding.severity} | {where} | {finding.rule} {finding.name} | {what} |"


def _details(finding: Finding, sources: Excerpts) -> Iterator[str]:
    blocks = [(finding.place, finding.message)]
    blocks += [(related.place, related.label) for related in finding.related]
    for place, label in blocks:
        shown = list(excerpt(place, sources))
        if shown:
            yield f"{code(f'{place.path}:{place.line}')} {words(label)}"
            yield ""
            yield from (f"    {line}" for line in shown)
            yield ""
