"""Findings as values: what a check saw, where, how bad, and what to do.

Checks return findings and never print; `report/` renders them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning", "info"]


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in a source file; `line` and `column` count from 1, as editors do."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1


class Related(msgspec.Struct, frozen=True, order=True):
    """Another place that a finding speaks of, such as one of two foreign keys."""

    place: Place
    label: str


class Edit(msgspec.Struct, frozen=True):
    """Replace the text between two positions (1-based line, 0-based UTF-8 byte column)."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


class Fix(msgspec.Struct, frozen=True):
    """A repair; `safe` means that it changes no behaviour that worked before."""

    safe: bool
    edits: tuple[Edit, ...]


class Finding(msgspec.Struct, frozen=True):
    """One fault in one place."""

    place: Place
    rule: str
    name: str
    severity: Severity
    message: str
    model: str | None = None
    relationship: str | None = None
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each different finding once, by place, then rule, in an order that no input changes."""
    return sorted(set(findings), key=lambda f: (f.place, f.rule, repr(f)))


def relocate(finding: Finding, display: Callable[[str], str]) -> Finding:
    """The same finding with every path rewritten by `display`."""

    def moved(place: Place) -> Place:
        return msgspec.structs.replace(place, path=display(place.path))

    related = tuple(
        msgspec.structs.replace(each, place=moved(each.place)) for each in finding.related
    )
    fix = finding.fix and msgspec.structs.replace(
        finding.fix,
        edits=tuple(
            msgspec.structs.replace(edit, path=display(edit.path)) for edit in finding.fix.edits
        ),
    )
    return msgspec.structs.replace(finding, place=moved(finding.place), related=related, fix=fix)
