"""`scan --format github`: workflow commands that GitHub shows as annotations.

Escapes as GitHub's own toolkit does (`@actions/core`, `command.ts`).
"""

from __future__ import annotations

from safeguards.findings import Finding
from safeguards.report.printable import printable

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
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join(printable(text) for text in (finding.message, finding.help) if text)
    return f"::{_LEVELS[finding.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
