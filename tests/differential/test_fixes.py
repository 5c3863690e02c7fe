"""Real SQLAlchemy 1.4, 2.0 and 2.1 accept what the fixes make of the rule cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from benchmarks.agreement.mutants import mutants
from hypothesis import HealthCheck, given, note
from hypothesis import settings as drawing
from hypothesis import strategies as st
from tests.support.model_projects.render import render
from tests.support.model_projects.strategies import specs
from tests.support.oracle import VERSIONS, Oracle, Version
from tests.support.oracle_cases import Case, Expected, all_cases
from tests.support.oracle_match import disagreements
from tests.support.scan_case import found, scan_files
from tests.support.shell import OUTER

from safeguards.findings import Finding
from safeguards.scan.fixes.apply import apply
from safeguards.scan.fixes.repair import Files, Repaired, repair
from safeguards.scan.settings import ScanSettings

PROJECTS = int(OUTER.get("SAFEGUARDS_PROJECTS", "40"))
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


def offered(files: Files, settings: ScanSettings) -> list[Finding]:
    return [each for each in scan_files(files, settings).findings if each.fix is not None]


def applied(files: Files, finding: Finding) -> Files:
    """The files as any program makes them of the edits in a report."""
    edits = finding.fix.edits if finding.fix else ()
    paths = {edit.path for edit in edits}
    return {**files, **{p: apply(files[p], [e for e in edits if e.path == p]) for p in paths}}


Known = tuple[str, str, str, str | None]


def known(finding: Finding) -> Known:
    """What a finding is known by, however the lines move."""
    subject = finding.model or finding.message
    return (finding.rule, finding.place.path, subject, finding.relationship)


def counted(files: Files, settings: ScanSettings, *, errors: bool) -> Counter[Known]:
    """The findings; only the `errors` where they may have hidden warnings."""
    findings = scan_files(files, settings).findings
    return Counter(known(each) for each in findings if not errors or each.severity == "error")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_fix_works_without_the_others(version: Version) -> None:
    tried = 0
    for case in all_cases():
        settings = ScanSettings(sqlalchemy=version, source_roots=case.settings.source_roots)
        for finding in offered(case.files(), settings):
            tried += 1
            errors = finding.severity == "error"
            before = counted(case.files(), settings, errors=errors)
            after = counted(applied(case.files(), finding), settings, errors=errors)
            name = f"{case.slug}/{case.name}: {finding}"
            assert (before - after)[known(finding)] == 1, name
            assert after - before == Counter(), name
    assert tried > 60


@pytest.mark.oracle
@pytest.mark.parametrize("oracle", VERSIONS, indirect=True)
@drawing(
    max_examples=PROJECTS,
    deadline=None,
    derandomize=bool(OUTER.get("CI")) and "SAFEGUARDS_PROJECTS" not in OUTER,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_fixed_in_a_drawn_project_is_accepted(
    oracle: Oracle, tmp_path: Path, data: st.DataObject
) -> None:
    settings = ScanSettings(sqlalchemy=oracle.version)
    spec = data.draw(specs(modern=oracle.version != "1.4"))
    files = {path: text.encode() for path, text in render(spec).items()}
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(sorted(files)))
        if changed := list(mutants(path, files[path])):
            files[path] = data.draw(st.sampled_from(changed)).text.encode()
    wanted = {(f.model, f.relationship) for f in offered(files, settings)}
    done = repair(files, lambda tried: scan_files(tried, settings).findings, unsafe=True)
    for path, content in done.files.items():
        note(f"# {path}\n{content.decode()}")
    assert wanted <= {(f.model, f.relationship) for f in done.fixed}
    assert offered(done.files, settings) == []
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    for path, content in done.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    left = {f.relationship for f in scan_files(done.files, settings).findings}
    faults = oracle.judge(folder).faults
    if any(fault.stage == "import" for fault in faults):
        return  # what the failed module would have defined is missing everywhere else
    refused = {fault.key for fault in faults if fault.key}
    assert refused & {f.relationship for f in done.fixed} <= left
