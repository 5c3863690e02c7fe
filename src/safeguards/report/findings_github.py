"""`scan --format github`: workflow commands that GitHub shows as annotations."""

from __future__ import annotations

from safeguards.findings import Finding
from safeguards.report.workflow_command import command

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: tuple[Finding, ...]) -> str:
    """One workflow command a line; nothing when there are no findings."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "endLine": str(max(place.end_line, place.line)),
        "title": f"{finding.rule} {finding.name}",
    }
    return command(_LEVELS[finding.severity], properties, (finding.message, finding.help))
