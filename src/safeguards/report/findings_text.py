"""`scan --format text`: one line for each finding, its foreign keys and its way out below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.findings import Finding, Severity
from safeguards.report.printable import printable

_COLORS: Mapping[Severity, str] = {"error": "31;1", "warning": "33;1", "info": "36"}


def render(findings: tuple[Finding, ...], *, color: bool = False) -> str:
    """The findings for a terminal; nothing at all when there are none."""
    if not findings:
        return ""
    lines = [line for finding in findings for line in _lines(finding, color=color)]
    return "".join(f"{line}\n" for line in [*lines, summary(findings)])


def summary(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning`."""
    counts = []
    for severity, plural in (("error", "errors"), ("warning", "warnings"), ("info", "undecided")):
        number = sum(1 for finding in findings if finding.severity == severity)
        if number:
            counts.append(f"{number} {severity if number == 1 and plural[-1] == 's' else plural}")
    return ", ".join(counts) or "no findings"


def _lines(finding: Finding, *, color: bool) -> Iterator[str]:
    place = finding.place
    where = printable(f"{place.path}:{place.line}:{place.column}:")
    severity = f"{finding.severity}:"
    code = finding.rule
    if color:
        severity = f"\x1b[{_COLORS[finding.severity]}m{severity}\x1b[0m"
        code = f"\x1b[1m{code}\x1b[0m"
    yield f"{where} {code} {severity} {printable(finding.message)}"
    for related in finding.related:
        at = related.place
        yield f"    {printable(f'{at.path}:{at.line}:{at.column}: {related.label}')}"
    if finding.help:
        yield f"    help: {printable(finding.help)}"
