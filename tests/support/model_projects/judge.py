"""Where the scanner and SQLAlchemy disagree about a drawn project."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from safeguards.findings import Finding
from safeguards.scan.settings import ScanSettings
from tests.support.model_projects.render import render
from tests.support.model_projects.spec import Spec
from tests.support.model_projects.uncovered import is_uncovered
from tests.support.oracle import Fault, Oracle, Verdict
from tests.support.scan_case import UNDECIDED, scan_files

MIXED = "mixed"
"""The key of the relationship that a mixin gives."""

Site = tuple[str, str]
"""A model and the key of a relationship."""


def disagreements(spec: Spec, oracle: Oracle, folder: Path) -> list[str]:
    """Every relationship on which they differ, in words; none is what is wanted."""
    files = render(spec)
    for old in folder.glob("*.py"):
        old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text)
    verdict = oracle.judge(folder)
    settings = ScanSettings(sqlalchemy=oracle.version)
    sources = {name: text.encode() for name, text in files.items()}
    findings = scan_files(sources, settings).findings
    at_import = [fault for fault in verdict.faults if fault.stage == "import"]
    if at_import:
        return _classes(at_import[0], findings)
    return _relationships(spec, verdict, findings)


def _classes(fault: Fault, findings: Iterable[Finding]) -> list[str]:
    """The first fault of an import: what comes after it is not telling."""
    if is_uncovered(fault.message) or any(
        (each.place.path, each.place.line) == (fault.path, fault.line)
        for each in findings
        if each.severity == "error"
    ):
        return []
    return [f"missed {fault.path}:{fault.line} {fault.exception}: {fault.message}"]


def _relationships(spec: Spec, verdict: Verdict, findings: Iterable[Finding]) -> list[str]:
    sides = _Sides(spec)
    refused = {sides.written(fault): fault for fault in reversed(verdict.faults)}
    errors = {(f.model, f.relationship): f for f in findings if f.severity == "error"}
    undecided = {(f.model, f.relationship) for f in findings if f.rule == UNDECIDED}
    wrong = [f"undecided {site}" for site in undecided]
    for site, fault in refused.items():
        if site not in errors and not is_uncovered(fault.message):
            if spec.mixin and site[1] == MIXED and any(key == MIXED for _, key in errors):
                continue  # told once for all classes, where the mixin writes it
            pair = sides.other(site)
            if pair not in errors or "same direction" not in fault.message:
                wrong.append(f"missed {site} {fault.exception}: {fault.message}")
    for error, finding in errors.items():
        if error not in refused and sides.other(error) not in refused:
            wrong.append(f"false {error} {finding.rule}: {finding.message}")
    return sorted(wrong)


class _Sides:
    """Which relationship is the other side of which, and which one wrote a backref."""

    def __init__(self, spec: Spec) -> None:
        self._backrefs: dict[Site, Site] = {}
        self._others: dict[Site, Site] = {}
        for model in spec.models:
            for relation in model.relations:
                site = (model.name, relation.key)
                for argument, known in (
                    ("backref", self._backrefs),
                    ("back_populates", self._others),
                ):
                    if argument in relation.arguments:
                        key = str(ast.literal_eval(relation.arguments[argument]))
                        known[relation.target, key] = site
                        if argument == "back_populates":
                            self._others.setdefault(site, (relation.target, key))

    def written(self, fault: Fault) -> Site:
        """The relationship as written: the one with `backref=` for what that made."""
        site = (fault.mapper or "", fault.key or "")
        return self._backrefs.get(site, site)

    def other(self, site: tuple[str | None, str | None]) -> Site | None:
        """The other side of a pair linked by `back_populates`."""
        return self._others.get((site[0] or "", site[1] or ""))
