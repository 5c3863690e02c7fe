"""`scan --format sarif`: SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import quote

import msgspec

from safeguards.findings import Edit, Finding, Place, Related
from safeguards.report.excerpt import Excerpts
from safeguards.report.findings_json import encode
from safeguards.report.fingerprint import fingerprints
from safeguards.report.prose import sentences

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


class RulePage(msgspec.Struct, frozen=True):
    """A rule as the report describes it; `manual` is its page in Markdown."""

    code: str
    name: str
    summary: str
    manual: str


def render(
    findings: tuple[Finding, ...],
    rules: tuple[RulePage, ...],
    version: str,
    sources: Excerpts | None = None,
) -> str:
    """One run with every rule and one result for each finding.

    The fix of a finding is left out when the source that it edits is not in `sources`.
    """
    index = {rule.code: number for number, rule in enumerate(rules)}
    marks = fingerprints(findings)
    run = {
        "tool": {
            "driver": {
                "name": "safeguards",
                "semanticVersion": version,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [
            _result(finding, index, mark, sources or {})
            for finding, mark in zip(findings, marks, strict=True)
        ],
    }
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: RulePage) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": _section(rule.manual)},
        "help": {"text": rule.manual, "markdown": rule.manual},
        "properties": {"tags": ["sqlalchemy"], "slug": rule.name},
    }


def _section(manual: str) -> str:
    """The text below the first heading, as one paragraph."""
    text = manual.partition("\n## ")[2].partition("\n")[2].partition("\n## ")[0]
    return " ".join(text.split()) or manual.partition("\n")[0]


def _result(
    finding: Finding, index: dict[str, int], fingerprint: str, sources: Excerpts
) -> dict[str, Any]:
    text = sentences(finding)
    location = _location(finding.place)
    if finding.model is not None:
        name = ".".join(filter(None, (finding.model, finding.relationship)))
        kind = "member" if finding.relationship else "type"
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": kind}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"safeguards/v1": fingerprint},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if finding.related:
        result["relatedLocations"] = [_related(n, r) for n, r in enumerate(finding.related, 1)]
    if finding.fix is not None and all(edit.path in sources for edit in finding.fix.edits):
        result["fixes"] = [_fix(finding, finding.fix.edits, sources)]
    return result


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    if place.end_line > place.line:
        region["endLine"] = place.end_line
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _related(number: int, related: Related) -> dict[str, Any]:
    return {"id": number, **_location(related.place), "message": {"text": related.label}}


def _artifact(path: str) -> dict[str, Any]:
    """A relative reference; below the folder that was scanned from it has that as its base."""
    uri = quote(path.encode("utf-8", "surrogateescape"))
    if posixpath.isabs(path) or path.startswith("../"):
        return {"uri": uri}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _fix(finding: Finding, edits: tuple[Edit, ...], sources: Excerpts) -> dict[str, Any]:
    changes = {
        path: [_replacement(edit, sources[path]) for edit in edits if edit.path == path]
        for path in dict.fromkeys(edit.path for edit in edits)
    }
    return {
        "description": {"text": finding.help or finding.message},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _replacement(edit: Edit, lines: Any) -> dict[str, Any]:
    region = {
        "startLine": edit.start[0],
        "startColumn": _column(edit.start, lines),
        "endLine": edit.end[0],
        "endColumn": _column(edit.end, lines),
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _column(position: tuple[int, int], lines: Any) -> int:
    """The 1-based character of a 0-based UTF-8 byte column."""
    number, offset = position
    line = lines[number - 1] if number <= len(lines) else ""
    return len(line.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")) + 1
