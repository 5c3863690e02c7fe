"""`scan`: sources in, findings out. The same input gives the same findings, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.findings import Finding, Fix, Place
from safeguards.scan.cache import Entry, FactsCache, digest
from safeguards.scan.extract import decode, extract
from safeguards.scan.fixes.intents import Intent
from safeguards.scan.interpret.scopes import Module
from safeguards.scan.modules import ModuleIndex
from safeguards.scan.outline import Outline, outline, relevant
from safeguards.scan.registry import Fault, Rule, all_rules
from safeguards.scan.resolve.build import Resolution, resolve
from safeguards.scan.rules import unreadable_file
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.scan.suppress import apply_settings

if TYPE_CHECKING:
    from safeguards.scan.fixes.write import Writer

Extract = Callable[[list[bytes]], Iterable[Entry]]
"""Extracts many files, in order; `one_by_one` here, both cores in `system/`."""

Review = Callable[[tuple[Finding, ...], Resolution], tuple[Iterable[Finding], Iterable[str]]]
"""A second opinion: the findings as they then are, and files to judge whatever was asked."""


class ScanResult(msgspec.Struct, frozen=True):
    """The outcome of a scan. Counts are of what was judged; `findings` are sorted by place."""

    files: int
    models: int
    relationships: int
    undecided: int
    findings: tuple[Finding, ...]


def extract_one(data: bytes) -> Entry:
    """The cache entry of one file."""
    facts = extract(data)
    return Entry.of(facts, Outline() if facts.fault else outline(facts, decode(data)))


def one_by_one(contents: list[bytes]) -> Iterable[Entry]:
    """Extract files in this process."""
    return map(extract_one, contents)


def scan(
    sources: Sources,
    settings: ScanSettings | None = None,
    *,
    cache: FactsCache | None = None,
    extract_all: Extract = one_by_one,
    try_fixes: bool = True,
) -> ScanResult:
    """Judge the relationships of a project. Never raises for what the files hold.

    With `try_fixes` a fix is offered only if it removes its finding and adds none.
    """
    return scan_and_resolve(
        sources, settings, cache=cache, extract_all=extract_all, try_fixes=try_fixes
    )[0]


def scan_and_resolve(
    sources: Sources,
    settings: ScanSettings | None = None,
    *,
    cache: FactsCache | None = None,
    extract_all: Extract = one_by_one,
    review: Review | None = None,
    try_fixes: bool = True,
) -> tuple[ScanResult, Resolution]:
    """Like `scan`, with the resolved project beside the result."""
    settings = settings or ScanSettings()
    entries = _entries(sources, cache if cache is not None else FactsCache(), extract_all)
    resolution = _resolve(sources, entries, settings)
    found: Iterable[Finding] = tuple(_findings(sources, entries, resolution, settings))
    if try_fixes and any(finding.fix is not None for finding in found):
        found = _with_tried_fixes(found, sources, entries, settings)
    if review is not None:
        found, more = review(tuple(found), resolution)
        settings = settings.judging(more)
    judged = settings.judged
    findings = apply_settings(
        found,
        {path: entry.ignores for path, entry in entries.items()},
        settings,
    )
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


def _entries(sources: Sources, cache: FactsCache, extract_all: Extract) -> dict[str, Entry]:
    keys = {path: digest(data) for path, data in sources.files.items()}
    missing: dict[bytes, bytes] = {}
    for path, key in keys.items():
        if cache.get(key) is None:
            missing.setdefault(key, sources.files[path])
    for key, entry in zip(missing, extract_all(list(missing.values())), strict=True):
        cache.put(key, entry)
    return {path: cache.entry(key) for path, key in sorted(keys.items())}


def _resolve(sources: Sources, entries: dict[str, Entry], settings: ScanSettings) -> Resolution:
    index = ModuleIndex(entries, settings.source_roots)
    modules: dict[str, Module] = {}

    def load(path: str) -> Module:
        if path not in modules:
            facts = entries[path].facts() or extract(sources.files[path])
            modules[path] = Module(path, index.dotted(path), facts)
        return modules[path]

    seeds = relevant({path: entry.outline for path, entry in entries.items()})
    return resolve(seeds, index, load, sources.files.__getitem__, settings.sqlalchemy)


def _findings(
    sources: Sources, entries: dict[str, Entry], resolution: Resolution, settings: ScanSettings
) -> Iterable[Finding]:
    by_code = {rule.code: rule for rule in all_rules()}
    unreadable = by_code[unreadable_file.CODE]
    for path, reason in sorted(sources.unreadable.items()):
        yield _finding(unreadable, Fault(Place(path), reason, "warning"))
    for path, entry in entries.items():
        if entry.fault:
            place = Place(path, entry.fault_line, entry.fault_column, entry.fault_line)
            yield _finding(unreadable, Fault(place, entry.fault, "warning"))
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


def _with_tried_fixes(
    found: Iterable[Finding], sources: Sources, entries: dict[str, Entry], settings: ScanSettings
) -> tuple[Finding, ...]:
    from safeguards.scan.fixes.repair import Files, that_work

    def judge(files: Files) -> tuple[Finding, ...]:
        changed = {
            path: extract_one(data)
            for path, data in files.items()
            if data is not sources.files[path]
        }
        tried, known = Sources(files, sources.unreadable), entries | changed
        return tuple(_findings(tried, known, _resolve(tried, known, settings), settings))

    return that_work(sources.files, judge, found)


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
