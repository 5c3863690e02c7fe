"""Each rule of the history has a whole manual page, and its example is found by that rule."""

from __future__ import annotations

import re

import pytest
from tests.support.histories import check_with, histories
from tests.support.oracle_manual import CODE, HEADINGS, sections

from safeguards.migrations.registry import HistoryRule, history_rules

RULES = history_rules()
FILE = re.compile(r"^# (before: )?([\w/.]+)\n", re.MULTILINE)
each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])


def test_the_codes_and_names_are_these() -> None:
    assert [(rule.code, rule.name) for rule in RULES] == [
        ("SG201", "multiple-heads"),
        ("SG202", "missing-parent"),
        ("SG203", "cycle"),
        ("SG204", "duplicate-revision-id"),
        ("SG205", "unreadable-migration"),
        ("SG206", "revision-id-too-long"),
        ("SG207", "applied-migration-edited"),
        ("SG208", "not-in-the-commit"),
    ]


@each_rule
def test_the_page_is_whole(rule: HistoryRule) -> None:
    assert list(sections(rule.manual)) == HEADINGS
    assert all(text.strip() for text in sections(rule.manual).values())


@each_rule
def test_the_example_is_found_by_this_rule_alone(rule: HistoryRule) -> None:
    before, files = example(sections(rule.manual)["Example"])
    ignored = frozenset(files) if any("gitignore" in name for name in files) else frozenset()
    live = histories(before) if before else None
    findings = check_with(files, before=live, ignored=ignored - {"m/.gitignore"})
    assert {finding.rule for finding in findings} == {rule.code}


def test_what_the_page_of_unreadable_migrations_advises_is_clean() -> None:
    (rule,) = [each for each in RULES if each.code == "SG205"]
    _, files = example(sections(rule.manual)["Use instead"])
    assert files
    assert check_with(files) == []


def example(section: str) -> tuple[dict[str, str], dict[str, str]]:
    """The files before, and the files now."""
    code = CODE.search(section)
    assert code, "no example"
    parts = FILE.split(code[1])[1:]
    before: dict[str, str] = {}
    now: dict[str, str] = {}
    for mark, path, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        (before if mark else now)[f"m/{path}"] = text
    return before, now
