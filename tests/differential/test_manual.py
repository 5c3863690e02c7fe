"""The manual pages quote SQLAlchemy rightly, and what they advise is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.oracle import Oracle
from tests.support.oracle_manual import example, quoted_error, repaired

from safeguards.scan.registry import Rule, all_rules

pytestmark = pytest.mark.oracle

QUOTING = [rule for rule in all_rules() if quoted_error(rule.manual)]
ADVISING = [rule for rule in all_rules() if repaired(rule.manual)]
newest = pytest.mark.parametrize("oracle", ["2.1"], indirect=True)


@newest
@pytest.mark.parametrize("rule", QUOTING, ids=[rule.name for rule in QUOTING])
def test_the_example_raises_what_the_page_says(oracle: Oracle, rule: Rule, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(example(rule.manual))
    (fault,) = oracle.judge(tmp_path).faults
    exception, message = quoted_error(rule.manual) or ("", "")
    assert fault.exception == exception
    assert " ".join(fault.message.split()).startswith(message)


@newest
@pytest.mark.parametrize("rule", ADVISING, ids=[rule.name for rule in ADVISING])
def test_the_repaired_example_is_accepted(oracle: Oracle, rule: Rule, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(repaired(rule.manual) or "")
    assert oracle.judge(tmp_path).faults == ()
