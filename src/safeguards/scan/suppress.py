"""Ignore comments, per-file ignores and severities; an ignore that does nothing is a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

import msgspec

from safeguards.findings import Finding, Place, in_order
from safeguards.globs import matches
from safeguards.scan.facts import Ignore
from safeguards.scan.registry import all_rules
from safeguards.scan.rules import configure_failed, unused_ignore
from safeguards.scan.settings import ScanSettings

Ignores = Mapping[str, tuple[Ignore, ...]]


HISTORY = "SG2"
"""How the codes begin of rules that `safeguards migrations check` applies, not the scan."""


def apply_settings(
    findings: Iterable[Finding],
    ignores: Ignores,
    settings: ScanSettings,
    *,
    known: frozenset[str] | None = None,
) -> list[Finding]:
    """The findings that count, sorted: judged files, not ignored, with their final severity.

    With the codes of the rules of histories as `known`, unused ignores are told of those alone.
    """
    used: set[tuple[str, int, str]] = set()
    kept: list[Finding] = []
    for finding in findings:
        if not _judged(finding.place.path, settings):
            continue
        if not _suppressed(finding, ignores, used):
            kept.append(finding)
    return weigh([*kept, *_unused(ignores, used, settings, known)], settings)


def weigh(findings: Iterable[Finding], settings: ScanSettings) -> list[Finding]:
    """The findings that the settings leave on, sorted, with their final severity."""
    counted = (_with_severity(f, settings) for f in findings if not _switched_off(f, settings))
    return in_order(counted)


def _judged(path: str, settings: ScanSettings) -> bool:
    return settings.judged is None or path in settings.judged


def _suppressed(finding: Finding, ignores: Ignores, used: set[tuple[str, int, str]]) -> bool:
    place = finding.place
    suppressed = False
    for ignore in ignores.get(place.path, ()):
        if place.line <= ignore.line <= max(place.end_line, place.line):
            if not ignore.codes:
                used.add((place.path, ignore.line, ""))
                suppressed = True
            elif finding.rule in ignore.codes:
                used.add((place.path, ignore.line, finding.rule))
                suppressed = True
    return suppressed


def _switched_off(finding: Finding, settings: ScanSettings) -> bool:
    if finding.rule in settings.ignore:
        return True
    return any(
        finding.rule in codes and matches(finding.place.path, (glob,))
        for glob, codes in settings.per_file_ignores
    )


def _with_severity(finding: Finding, settings: ScanSettings) -> Finding:
    raised = settings.strict or finding.rule in settings.error
    if raised and finding.severity == "warning":
        return msgspec.structs.replace(finding, severity="error")
    return finding


def _unused(
    ignores: Ignores,
    used: set[tuple[str, int, str]],
    settings: ScanSettings,
    history: frozenset[str] | None,
) -> Iterable[Finding]:
    known = {rule.code for rule in all_rules()} if history is None else history
    idle = {rule.code for rule in all_rules() if rule.opt_in and not settings.asks_for(rule.code)}
    for path, comments in sorted(ignores.items()):
        if not _judged(path, settings):
            continue
        for comment in comments:
            unused = [c for c in comment.codes or ("",) if (path, comment.line, c) not in used]
            # Only an import tells whether that one is needed, and most scans import nothing.
            unused = [code for code in unused if code not in {configure_failed.CODE, *idle}]
            # Each of the two checks tells of its own rules.
            unused = [c for c in unused if c.startswith(HISTORY) is (history is not None)]
            if unused_ignore.CODE in unused and len(unused) > 1:
                continue
            for code in unused:
                yield _unused_finding(path, comment, code, known)


def _unused_finding(path: str, comment: Ignore, code: str, known: Set[str]) -> Finding:
    if code and code not in known:
        message = f"this comment ignores {code}, which is no rule"
    else:
        message = f"this comment ignores {code or 'every rule'}, but nothing is found here"
    return Finding(
        place=Place(path, comment.line, comment.column, comment.line),
        rule=unused_ignore.CODE,
        name=unused_ignore.NAME,
        severity="warning",
        message=message,
        help="Remove the comment, or correct the code in it.",
    )
