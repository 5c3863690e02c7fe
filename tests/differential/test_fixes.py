"""Real SQLAlchemy 1.4, 2.0 and 2.1 accept what the fixes make of the rule cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.support.oracle import VERSIONS, Oracle, Version
from tests.support.oracle_cases import Case, Expected, all_cases
from tests.support.oracle_match import disagreements
from tests.support.scan_case import found, scan_files

from safeguards.findings import Finding
from safeguards.scan.fixes.repair import Files, Repaired, repair
from safeguards.scan.settings import ScanSettings

FIXABLE = {
    "SG101": 40, "SG105": 8, "SG106": 3, "SG107": 4, "SG108": 4, "SG109": 3, "SG110": 8,
    "SG112": 4, "SG113": 3, "SG121": 4,
}  # fmt: skip
"""How many findings of each rule are fixed at least, so that no fix gets lost unseen."""


class FixedCase(Case, frozen=True):
    """A case after its fixes: what is still found is what SQLAlchemy must still refuse."""

    remaining: frozenset[Expected] = frozenset()

    def expected(self, version: Version) -> set[Expected]:
        return set(self.remaining)


def repaired(case: Case, version: Version) -> tuple[Repaired, set[Expected]] | None:
    """The repaired case and what is still found in it; None when nothing can be fixed."""
    settings = ScanSettings(sqlalchemy=version, source_roots=case.settings.source_roots)

    def judge(files: Files) -> tuple[Finding, ...]:
        return scan_files(files, settings).findings

    if not any(finding.fix for finding in judge(case.files())):
        return None
    done = repair(case.files(), judge, unsafe=True)
    again = repair(done.files, judge, unsafe=True)
    assert (again.fixed, again.files) == ((), done.files), "running twice changes something"
    left = [f for f in judge(done.files) if f.fix is not None]
    assert left == [], "a fix is offered that makes nothing better"
    return done, found(scan_files(done.files, settings))


@pytest.mark.oracle
@pytest.mark.parametrize("oracle", VERSIONS, indirect=True)
def test_sqlalchemy_accepts_every_fix(oracle: Oracle, tmp_path: Path) -> None:
    fixed: Counter[str] = Counter()
    wrong = {}
    for case in all_cases():
        if oracle.version not in case.settings.versions or not case.expected(oracle.version):
            continue
        outcome = repaired(case, oracle.version)
        if outcome is None:
            continue
        done, remaining = outcome
        fixed.update(finding.rule for finding in done.fixed)
        root = tmp_path / case.slug / case.name
        for path, content in done.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        after = FixedCase(case.slug, case.name, root, case.settings, frozenset(remaining))
        verdict = oracle.judge(root, source_roots=case.settings.source_roots)
        if found_wrong := disagreements(after, oracle.version, verdict):
            wrong[f"{case.slug}/{case.name}"] = found_wrong
    assert wrong == {}
    least = FIXABLE if oracle.version != "1.4" else dict.fromkeys(FIXABLE, 1)
    assert {rule: fixed[rule] for rule, few in least.items() if fixed[rule] < few} == {}
