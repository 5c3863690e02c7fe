"""Drawn projects: the scanner's verdict on each relationship is SQLAlchemy's own.

SAFEGUARDS_PROJECTS=5000 draws that many for each version; hypothesis keeps what failed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.support.model_projects.judge import disagreements
from tests.support.model_projects.render import render
from tests.support.model_projects.strategies import specs
from tests.support.model_projects.uncovered import Uncovered, uncovered
from tests.support.oracle import VERSIONS, Oracle
from tests.support.scan_case import scan_files
from tests.support.shell import OUTER

from safeguards.scan.settings import ScanSettings

pytestmark = pytest.mark.oracle

PROJECTS = int(OUTER.get("SAFEGUARDS_PROJECTS", "70"))
each_oracle = pytest.mark.parametrize("oracle", VERSIONS, indirect=True)


@each_oracle
@settings(
    max_examples=PROJECTS,
    deadline=None,
    derandomize=bool(OUTER.get("CI")) and "SAFEGUARDS_PROJECTS" not in OUTER,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_verdict_is_sqlalchemys_own(
    oracle: Oracle, tmp_path: Path, data: st.DataObject
) -> None:
    spec = data.draw(specs(modern=oracle.version != "1.4"))
    for name, text in render(spec).items():
        note(f"# {name}\n{text}")
    assert disagreements(spec, oracle, tmp_path) == []


@pytest.mark.parametrize("oracle", ["2.1"], indirect=True)
@pytest.mark.parametrize("entry", uncovered(), ids=[each.message for each in uncovered()])
def test_what_is_listed_as_uncovered_is_still_refused_and_not_found(
    oracle: Oracle, tmp_path: Path, entry: Uncovered
) -> None:
    (tmp_path / "models.py").write_text(entry.models)
    faults = oracle.judge(tmp_path).faults
    assert any(entry.matches(fault.message) for fault in faults)
    result = scan_files({"models.py": entry.models.encode()}, ScanSettings(sqlalchemy="2.1"))
    assert not [f for f in result.findings if f.severity == "error"], "found now: take it out"
