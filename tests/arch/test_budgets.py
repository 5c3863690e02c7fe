"""Files and functions stay small enough to be read."""

from __future__ import annotations

import ast
from statistics import median

from tests.arch.source import INSIDE, PACKAGE, WORKER, Module, functions, modules

from safeguards.cli.main import VERBS

MAX_FILE = 400
MEDIAN_FILE = 90
MAX_VERB = 80
MAX_RULE = 120
LONG_FUNCTION = 50
LONG_SHARE = 0.02


def test_no_file_is_longer_than_the_maximum() -> None:
    assert {str(m): m.lines for m in modules() if m.lines > MAX_FILE} == {}


def test_what_runs_in_the_project_of_others_is_no_longer_either() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for path in (*WORKER.rglob("*.py"), *INSIDE.rglob("*.py"))
    }
    assert len(lengths) > 5
    assert {path: lines for path, lines in lengths.items() if lines > MAX_FILE} == {}


def test_the_median_file_is_short() -> None:
    assert median(m.lines for m in modules()) <= MEDIAN_FILE


def test_verbs_only_parse_wire_call_and_report() -> None:
    verbs = [m for m in modules() if m.room == "cli" and m.path.stem in VERBS]
    assert {str(m): m.lines for m in verbs if m.lines > MAX_VERB} == {}


def test_rules_are_short_without_their_manual_page() -> None:
    folders = {PACKAGE / room / "rules" for room in ("scan", "migrations")}
    rules = [m for m in modules() if m.path.parent in folders]
    assert {m.path.parent for m in rules} == folders
    assert {str(m): _without_manual(m) for m in rules if _without_manual(m) > MAX_RULE} == {}


def test_hardly_any_function_is_long() -> None:
    lengths = {
        f"{module}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in modules()
        for node in functions(module.tree)
    }
    long = {name: lines for name, lines in lengths.items() if lines > LONG_FUNCTION}
    assert len(long) <= LONG_SHARE * len(lengths), long


def test_no_work_is_left_for_later() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:")
    found = [
        f"{module}:{number}"
        for module in modules()
        for number, line in enumerate(module.path.read_text().splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert found == []


def _without_manual(module: Module) -> int:
    first = module.tree.body[0] if module.tree.body else None
    manual = (first.end_lineno or 0) if first and ast.get_docstring(module.tree) else 0
    return module.lines - manual
