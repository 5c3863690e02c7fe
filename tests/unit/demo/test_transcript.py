from __future__ import annotations

import json

import pytest

from safeguards.demo.transcript import Kind, Line, Step, encode, failed_stages, render, silence

VERIFIED = """\
Check 1: Containers [OK]
Check 2: Migrations [FAIL]
  - database: 003
      next: alembic upgrade head
Check 3: Skipped
Check 4: Record counts [UNKNOWN]
  - Orders: not counted
PRODUCTION HEALTH CHECK FAILED
"""


def test_only_stages_that_are_not_well_are_shown() -> None:
    assert failed_stages(VERIFIED).splitlines() == [
        "Check 2: Migrations [FAIL]",
        "  - database: 003",
        "      next: alembic upgrade head",
        "Check 4: Record counts [UNKNOWN]",
        "  - Orders: not counted",
    ]


@pytest.mark.parametrize(
    ("kind", "text", "plain", "colored"),
    [
        ("command", "git add", "$ git add", "\x1b[36m$ git add\x1b[0m"),
        ("text", "", "", ""),
        ("output", "Check 1 [OK]", "Check 1 [OK]", "Check 1 \x1b[32m[OK]\x1b[0m"),
        ("output", "hook....Failed", "hook....Failed", "hook....\x1b[31;1mFailed\x1b[0m"),
        ("output", "it Failed twice", "it Failed twice", "it Failed twice"),
        ("deviation", "no", "no", "\x1b[31;1mno\x1b[0m"),
    ],
)
def test_colors_change_nothing_but_colors(kind: Kind, text: str, plain: str, colored: str) -> None:
    assert render(Line(kind, text), color=False) == plain
    assert render(Line(kind, text), color=True) == colored


def test_json_says_of_each_step_whether_it_went_as_told() -> None:
    steps = [
        Step("1. One", "true", 0, 0, 5, ""),
        Step("1. One", "safeguards verify", 2, 99, 7, "all of it"),
    ]
    told = json.loads(encode(steps, passed=False, duration_ms=12))
    assert (told["version"], told["status"], told["duration_ms"]) == (1, "fail", 12)
    assert [step["status"] for step in told["steps"]] == ["pass", "fail"]
    assert told["steps"][1]["output"] == "all of it"
    assert (told["steps"][1]["expected"], told["steps"][1]["exit_code"]) == (2, 99)


def test_a_silence_lasts_from_its_first_question_to_the_next_answer() -> None:
    log = (
        "1.0 answered\n2.0 silent\n2.5 silent\n4.0 answered\n5.0 silent\n5.5 answered\n6.0 silent\n"
    )
    assert silence(log) == 2.5
    assert silence("") == 0
