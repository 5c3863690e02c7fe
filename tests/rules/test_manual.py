"""Every rule has a whole manual page, cases of both kinds, and an example that is one."""

from __future__ import annotations

import pytest
from tests.support.oracle_cases import all_cases
from tests.support.oracle_manual import HEADINGS, example_files, repaired, sections
from tests.support.scan_case import assert_clean, found, scan_files

from safeguards.scan.registry import Rule, all_rules
from safeguards.scan.settings import ScanSettings

RULES = all_rules()
CASES = all_cases()
OPT_IN = [rule for rule in RULES if rule.opt_in]
UNDECIDED = "SG199"
IMPORTED = "SG198"
"""What only an import gives: tests/integration/scan/test_import.py has its cases."""
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
SEEN = [rule for rule in RULES if rule.code != IMPORTED]
each_rule_of_the_text = pytest.mark.parametrize("rule", SEEN, ids=[rule.name for rule in SEEN])


@each_rule
def test_the_manual_page_is_whole(rule: Rule) -> None:
    assert list(sections(rule.manual)) == HEADINGS
    assert all(text.strip() for text in sections(rule.manual).values())


@each_rule_of_the_text
def test_a_rule_has_cases_of_both_kinds(rule: Rule) -> None:
    if rule.code == UNDECIDED:
        assert any(case.settings.undecided for case in CASES)
        return
    names = {case.name.partition("_")[0] for case in CASES if case.slug == rule.name}
    assert names == {"ok", "bad"}


@each_rule
def test_the_bad_cases_of_a_rule_find_that_rule(rule: Rule) -> None:
    for case in CASES:
        if case.slug == rule.name and case.name.startswith("bad_"):
            version = case.settings.versions[-1]
            assert rule.code in {e.rule for e in case.expected(version)}, case.name


def test_every_case_belongs_to_a_rule() -> None:
    assert {case.slug for case in CASES} <= {rule.name for rule in RULES}


@each_rule_of_the_text
def test_the_example_is_found(rule: Rule) -> None:
    files = {path: text.encode() for path, text in example_files(rule.manual).items()}
    assert rule.code in {finding.rule for finding in scan_files(files, asking(rule)).findings}


@pytest.mark.parametrize(
    ("rule", "module"),
    [(rule, text) for rule in RULES if (text := repaired(rule.manual))],
    ids=[rule.name for rule in RULES if repaired(rule.manual)],
)
def test_the_repaired_example_is_clean(rule: Rule, module: str) -> None:
    assert_clean({"models.py": module.encode()}, asking(rule))


@pytest.mark.parametrize("rule", OPT_IN, ids=[rule.name for rule in OPT_IN])
def test_an_opt_in_rule_is_silent_until_it_is_named(rule: Rule) -> None:
    files = {path: text.encode() for path, text in example_files(rule.manual).items()}
    assert rule.code not in {finding.rule for finding in scan_files(files).findings}
    assert f'error = ["{rule.code}"]' in sections(rule.manual)["What it does"]


def test_the_opt_in_rules_are_these() -> None:
    assert [rule.code for rule in OPT_IN] == ["SG130", "SG131", "SG132", "SG133"]


def asking(rule: Rule) -> ScanSettings:
    """Settings that switch a rule on, where it has to be."""
    return ScanSettings(error=frozenset({rule.code} if rule.opt_in else ()))


def test_the_cases_of_one_project_are_independent_of_another() -> None:
    """A rule looks at one registry: two faults in two projects are found side by side."""
    case = next(c for c in CASES if c.name == "bad_two_keys_column")
    once = case.files()["models.py"]
    twice = found(scan_files({"a/models.py": once, "b/models.py": once}))
    assert {(e.path, e.line) for e in twice} == {
        (path, e.line) for path in ("a/models.py", "b/models.py") for e in case.expected("2.1")
    }
