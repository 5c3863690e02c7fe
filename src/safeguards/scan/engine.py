"""`scan`: sources in, findings out. The same input gives the same findings, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from safeguards.findings import Finding, Fix, Place
from safeguards.scan.cache import FactsCache
from safeguards.scan.fixes.intents import Intent
from safeguards.scan.interpret.binding import module_of
from safeguards.scan.interpret.scopes import Module
from safeguards.scan.modules import ModuleIndex
from safeguards.scan.reading import Reading, Spread, one_by_one
from safeguards.scan.registry import Fault, Rule, all_rules
from safeguards.scan.resolve.build import Resolution, resolve
from safeguards.scan.result import ScanResult
from safeguards.scan.rules import unreadable_file
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.scan.suppress import apply_settings

if TYPE_CHECKING:
    from safeguards.scan.fixes.write import Writer

Review = Callable[[tuple[Finding, ...], Resolution], tuple[Iterable[Finding], Iterable[str]]]
"""A second opinion: the findings as they then are, and files to judge whatever was asked."""


def scan(
    sources: Sources,
    settings: ScanSettings | None = None,
    *,
    cache: FactsCache | None = None,
    spread: Spread = one_by_one,
    try_fixes: bool = True,
) -> ScanResult:
    """Judge the relationships of a project. Never raises for what the files hold.

    With `try_fixes` a fix is offered only if it removes its finding and adds none.
    """
    return scan_and_resolve(sources, settings, cache=cache, spread=spread, try_fixes=try_fixes)[0]


def scan_and_resolve(
    sources: Sources,
    settings: ScanSettings | None = None,
    *,
    cache: FactsCache | None = None,
    spread: Spread = one_by_one,
    review: Review | None = None,
    try_fixes: bool = True,
) -> tuple[ScanResult, Resolution]:
    """Like `scan`, with the resolved project beside the result."""
    settings = settings or ScanSettings()
    reading = Reading(sources, cache if cache is not None else FactsCache(), spread)
    resolution = _resolve(reading, settings)
    found = tuple(_findings(reading, resolution, settings))
    reviewed: Iterable[Finding] = found
    if review is not None:
        reviewed, more = review(found, resolution)
        settings = settings.judging(more)
    judged = settings.judged
    findings = apply_settings(reviewed, reading.ignores(), settings)
    if try_fixes and any(finding.fix is not None for finding in findings):
        findings = _with_tried_fixes(findings, found, reading, settings)
    project = resolution.project
    undecided = {f.place for f in findings if f.rule == "SG199"}
    result = ScanResult(
        files=sum(1 for path in sources.files if judged is None or path in judged),
        models=sum(1 for m in project.mappers if judged is None or m.place.path in judged),
        relationships=len(
            {r.place for r in project.relationships if judged is None or r.place.path in judged}
        ),
        undecided=len(undecided),
        findings=tuple(findings),
    )
    return result, resolution


def _resolve(reading: Reading, settings: ScanSettings) -> Resolution:
    index = ModuleIndex(reading, settings.source_roots)

    @cache
    def load(path: str) -> Module:
        return module_of(path, index.dotted(path), reading.facts(path))

    read = reading.sources.files.__getitem__
    return resolve(reading.seeds(), index, load, read, settings.sqlalchemy)


def _findings(
    reading: Reading, resolution: Resolution, settings: ScanSettings
) -> Iterable[Finding]:
    sources = reading.sources
    by_code = {rule.code: rule for rule in all_rules()}
    fixes = _Fixes(sources.files)
    seen: set[tuple[str, Place, str]] = set()
    for rule in by_code.values():
        if rule.check is None or (rule.opt_in and not settings.asks_for(rule.code)):
            continue
        for fault in rule.check(resolution):
            key = (rule.code, fault.place, fault.relationship or "")
            if key not in seen:
                seen.add(key)
                yield _finding(rule, fault, fixes.of(fault.fix))
    # Last: a rule may be the first to load a module.
    unreadable = by_code[unreadable_file.CODE]
    for path, reason in sorted(sources.unreadable.items()):
        yield _finding(unreadable, Fault(Place(path), reason, "warning"))
    for path, entry in reading.faults():
        place = Place(path, entry.fault_line, entry.fault_column, entry.fault_line)
        yield _finding(unreadable, Fault(place, entry.fault, "warning"))


def _with_tried_fixes(
    findings: list[Finding], found: tuple[Finding, ...], reading: Reading, settings: ScanSettings
) -> list[Finding]:
    """The findings that count; a fix is left to those for which it works.

    `found` is all that the rules see in the files. The fixes of what does not count are not tried.
    """
    from safeguards.scan.fixes.repair import Files, that_work

    def judge(files: Files) -> tuple[Finding, ...]:
        tried = reading.of_changed(files)
        return tuple(_findings(tried, _resolve(tried, settings), settings))

    count = {_fault_of(each) for each in findings if each.fix is not None}
    tried = that_work(
        reading.sources.files, judge, found, wanted=lambda each: _fault_of(each) in count
    )
    work = {_fault_of(each) for each in tried if each.fix is not None}
    return [
        each
        if each.fix is None or _fault_of(each) in work
        else msgspec.structs.replace(each, fix=None)
        for each in findings
    ]


def _fault_of(finding: Finding) -> tuple[str, Place, str | None]:
    """What a finding is about, whatever severity the settings give it."""
    return (finding.rule, finding.place, finding.relationship)


class _Fixes:
    """Writes fixes; loads what that takes with the first one."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._writer: Writer | None = None

    def of(self, intent: Intent | None) -> Fix | None:
        """The fix that a rule means, where the text allows it."""
        if intent is None:
            return None
        if self._writer is None:
            from safeguards.scan.fixes.write import Writer

            self._writer = Writer(self._files)
        return self._writer.fix(intent)


def _finding(rule: Rule, fault: Fault, fix: Fix | None = None) -> Finding:
    return Finding(
        place=fault.place,
        rule=rule.code,
        name=rule.name,
        severity=fault.severity,
        message=_one_line(fault.message),
        model=fault.model,
        relationship=fault.relationship,
        help=_one_line(fault.help),
        related=fault.related,
        fix=fix,
    )


def _one_line(text: str) -> str:
    """Names come from the judged code and may hold anything; a message is one line."""
    return " ".join(text.split())
