"""`--format json` of the checks that read code, version 1: fields are only ever added."""

from __future__ import annotations

from typing import Any

import msgspec

from safeguards.findings import Finding, Related

VERSION = 1


class Counts(msgspec.Struct, frozen=True):
    """What was judged; `duration_ms` is wall-clock time in milliseconds.

    `known` counts the findings that the baseline hides.
    """

    files: int
    models: int
    relationships: int
    undecided: int
    duration_ms: int
    known: int = 0


class HistoryCounts(msgspec.Struct, frozen=True):
    """What was judged of migrations: files of revisions, and the revisions in them."""

    files: int
    revisions: int
    duration_ms: int


def render(counts: Counts | HistoryCounts, findings: tuple[Finding, ...]) -> str:
    """The document of design version 1 on one line; text that is not Unicode is escaped."""
    document = {
        "version": VERSION,
        **msgspec.to_builtins(counts),
        "findings": [entry(finding) for finding in findings],
    }
    return encode(document)


def encode(document: Any) -> str:
    """JSON; bytes of a file name that are no text become question marks."""
    return msgspec.json.encode(_clean(document)).decode() + "\n"


def entry(finding: Finding) -> dict[str, Any]:
    """One finding, as every document of ours holds it."""
    place = finding.place
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": max(place.end_line, place.line),
        "model": finding.model,
        "relationship": finding.relationship,
        "message": finding.message,
        "help": finding.help,
        "url": f"docs/rules/{finding.name}.md",
        "related": [_related(related) for related in finding.related],
        "fix": None if finding.fix is None else msgspec.to_builtins(finding.fix),
    }


def _related(related: Related) -> dict[str, Any]:
    place = related.place
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "label": related.label,
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
