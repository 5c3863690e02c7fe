"""`scan --format gitlab`: a GitLab Code Quality report."""

from __future__ import annotations

from typing import Any

from safeguards.findings import Finding
from safeguards.report.findings_json import encode
from safeguards.report.fingerprint import fingerprints
from safeguards.report.prose import sentences

_SEVERITIES = {"error": "blocker", "warning": "minor", "info": "info"}


def render(findings: tuple[Finding, ...]) -> str:
    """A JSON list with one issue for each finding; an empty list when there are none."""
    marks = fingerprints(findings)
    return encode([_issue(each, mark) for each, mark in zip(findings, marks, strict=True)])


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = finding.place
    text = sentences(finding)
    return {
        "description": f"{finding.rule} {text}",
        "check_name": finding.name,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": place.path,
            "lines": {"begin": place.line, "end": max(place.end_line, place.line)},
        },
    }
