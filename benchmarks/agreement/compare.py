"""One package: what the scanner sees and says, against what its SQLAlchemy does."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from benchmarks.agreement.mutants import Edit, Mutant, edits, mutant
from benchmarks.agreement.truth import Fault, Name, NoVerdictError, Truth, module_name
from safeguards.findings import Finding
from safeguards.scan.cache import FactsCache
from safeguards.scan.engine import scan_and_resolve
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources

SEED = 20
EXPRESSION = re.compile(
    r"When initializing mapper (?:Mapper\[|mapped class )?(?P<mapper>\w+).*?"
    r", expression ['\"](?P<text>.+?)['\"] failed"
)
MISSING = re.compile(r"(?:has no property|mapped column named) '(?P<name>\w+)'")
Outcome = Literal["found", "found elsewhere", "missed", "undecided", "false", "accepted", "crash"]


class AsItIs(msgspec.Struct, frozen=True):
    """The unchanged package. `unseen` are mapped relationships that the scanner does not see."""

    models: int
    mapped: int
    unseen: tuple[str, ...]
    other_target: tuple[str, ...]
    refused: tuple[str, ...]
    false: tuple[str, ...]
    missed: tuple[str, ...]
    undecided: int
    not_imported: tuple[str, ...]


class Judged(msgspec.Struct, frozen=True):
    """One mutant, how it came out, and both verdicts in words."""

    mutant: Mutant
    outcome: Outcome
    sqlalchemy: str
    scanner: str


class Scanner:
    """Scans a package, as it is or with one file replaced; reads unchanged files once."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        version: str,
        beside: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._files = {**beside, **files}
        known = next((v for v in ("1.4", "2.0", "2.1") if version.startswith(v)), "2.1")
        self._settings = ScanSettings(
            sqlalchemy=known,  # type: ignore[arg-type]  # one of three
            source_roots=(".",),
            judged=frozenset(files) if beside else None,
        )
        self._cache = FactsCache()

    def scan(self, changed: Mapping[str, bytes]) -> tuple[tuple[Finding, ...], dict[Name, str]]:
        """The findings, and the target of each relationship that is seen."""
        files = Sources(files={**self._files, **changed})
        result, resolution = scan_and_resolve(files, self._settings, cache=self._cache)
        seen = {
            (r.mapper.info.module.name, r.mapper.info.qualname, r.key): (
                r.target.name if r.target else ""
            )
            for r in resolution.project.relationships
        }
        return result.findings, seen


def as_it_is(scanner: Scanner, truth: Truth, files: Mapping[str, bytes]) -> AsItIs:
    """Compare the unchanged package."""
    findings, seen = scanner.scan({})
    own = {module_name(path) for path in files}
    mapped = {(m, c, k): target for m, c, k, target in truth.as_it_is.mapped if m in own}
    failed = {fault.module for fault in truth.failed}
    errors = [f for f in findings if f.severity == "error"]
    refused = [fault for fault in truth.faults if _judged(fault, own)]
    return AsItIs(
        models=len({(m, c) for m, c, _ in mapped}),
        mapped=len(mapped),
        unseen=tuple(sorted(_dotted(name) for name in mapped if name not in seen)),
        other_target=tuple(
            sorted(
                f"{_dotted(name)}: {seen[name]}, not {target}"
                for name, target in mapped.items()
                if target and seen.get(name) and seen[name] != target.rpartition(".")[2]
            )
        ),
        refused=tuple(f"{_where(f)} {f.exception}: {f.message}" for f in refused),
        false=tuple(
            _said(f)
            for f in errors
            if module_name(f.place.path) not in failed
            and not any(_names(f, fault) for fault in truth.faults)
        ),
        missed=tuple(
            f"{_where(fault)} {fault.message}"
            for fault in refused
            if not any(_names(f, fault) for f in errors)
        ),
        undecided=sum(1 for f in findings if f.rule == "SG199"),
        not_imported=tuple(f"{f.module}: {f.exception}: {f.message}" for f in truth.failed),
    )


def changed(scanner: Scanner, truth: Truth, files: Mapping[str, bytes], count: int) -> list[Judged]:
    """Judge `count` mutants of the modules with mapped classes, the kinds in equal shares."""
    mapping = set(truth.as_it_is.modules)
    known = {_key(f) for f in scanner.scan({})[0]}
    chosen = _sample(
        {path: data for path, data in files.items() if module_name(path) in mapping}, count
    )
    return [_judge(each, scanner, truth, known) for each in chosen]


def _sample(files: Mapping[str, bytes], count: int) -> list[Mutant]:
    kinds: dict[str, list[tuple[str, Edit]]] = {}
    for path, data in files.items():
        for edit in edits(data):
            kinds.setdefault(edit.kind, []).append((path, edit))
    dice = random.Random(SEED)
    for each in kinds.values():
        dice.shuffle(each)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(kinds.values()):
        taken = [each.pop() for each in kinds.values() if each]
        made = [mutant(path, files[path], edit) for path, edit in taken]
        chosen += [each for each in made if each is not None]
    return sorted(chosen[:count])


def _judge(changed: Mutant, scanner: Scanner, truth: Truth, known: set[object]) -> Judged:
    findings = scanner.scan({changed.path: changed.text.encode()})[0]
    new = [f for f in findings if _key(f) not in known]
    errors = [f for f in new if f.severity == "error"]
    said = "; ".join(_said(f) for f in errors or new)
    try:
        fault = truth.changed(changed.path, changed.text)
    except NoVerdictError as error:
        return Judged(changed, "crash", str(error), said)
    outcome: Outcome
    if fault is None:
        outcome = "false" if errors else "accepted"
    elif errors:
        same = any(_names(f, fault) for f in errors)
        outcome = "found" if same else "found elsewhere"
    else:
        outcome = "undecided" if any(f.rule == "SG199" for f in new) else "missed"
    told = f"{_where(fault)} {fault.exception}: {fault.message}" if fault else "accepted"
    return Judged(changed, outcome, told, said)


def _key(finding: Finding) -> tuple[object, ...]:
    return (finding.place.path, finding.rule, finding.model, finding.relationship)


def _names(finding: Finding, fault: Fault) -> bool:
    """Whether a finding speaks of the relationship, or the module, that SQLAlchemy refused.

    A target that is not found is told by its mapper and its text, also while another
    relationship is being configured.
    """
    at = EXPRESSION.match(fault.message)
    if at and finding.model == at["mapper"] and at["text"] in finding.message:
        return True
    named = [each for each in (fault.relationship, fault.configuring) if each]
    if not named and _told(finding, fault.message):
        return True
    if not named:
        return any(file.endswith(finding.place.path) for file, _ in fault.frames) or (
            finding.relationship is None
        )
    if any(finding.relationship == key for _, _, key in named):
        return True
    return f"'{finding.relationship}'" in fault.message or bool(
        finding.relationship and f".{finding.relationship}" in fault.message
    )


def _told(finding: Finding, message: str) -> bool:
    """Whether a refusal while a module is imported, which configured the mappers, is of this
    relationship: its message names it, or the attribute that is missing.
    """
    if f"{finding.model}.{finding.relationship}" in message:
        return True
    missing = MISSING.search(message)
    return missing is not None and missing["name"] in finding.message


def _judged(fault: Fault, own: set[str]) -> bool:
    return fault.relationship is None or fault.relationship[0] in own


def _where(fault: Fault) -> str:
    return _dotted(fault.relationship) if fault.relationship else fault.module or "configure"


def _dotted(name: Name) -> str:
    return ".".join(name)


def _said(finding: Finding) -> str:
    return f"{finding.place.path}:{finding.place.line} {finding.rule} {finding.message}"


def counts(judged: list[Judged]) -> Counter[str]:
    """How many mutants came out how."""
    return Counter(each.outcome for each in judged)
