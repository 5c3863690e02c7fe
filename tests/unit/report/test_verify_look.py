"""How the text of `verify` looks: without colours, on narrow terminals, for several targets."""

from __future__ import annotations

import re

import pytest
from tests.unit.report.verdicts import EVIL, ILL, WELL, verdict

from safeguards.checks import Action, Check, Item, Status, together
from safeguards.report import verify_text
from safeguards.report.verify_text import Look
from safeguards.report.wrap import cells

ANSI = re.compile(r"\x1b\[([\d;]*)m")
COMMAND = "docker compose -p shop exec -T -w /srv backend alembic upgrade head"


@pytest.mark.parametrize("width", [None, 60])
def test_nothing_is_lost_without_colours(width: int | None) -> None:
    several = together((WELL, ILL, EVIL))
    plain = verify_text.render_several(several, Look(width=width))
    colored = verify_text.render_several(several, Look(color=True, width=width))
    assert colored != plain
    assert ANSI.sub("", colored) == plain


def test_words_tell_states_apart_and_colours_that_everybody_can() -> None:
    states: tuple[Status, ...] = ("ok", "fail", "unknown", "skipped")
    checks = [Check(1, "containers", status, 0) for status in states]
    lines = [verify_text.check_line(check) for check in checks]
    assert len(set(lines)) == len(states)
    text = verify_text.render(verdict(*checks), color=True)
    # Red and green are one colour to many; cyan, bold red and yellow are not.
    assert [code for code in ANSI.findall(text) if code != "0"] == ["36", "1;31", "33", "1;31"]


@pytest.mark.parametrize("width", [40, 60, 79])
def test_on_a_narrow_terminal_all_but_commands_fit(width: int) -> None:
    action = Action(COMMAND, "bring it to head", safe=False)
    hint = "was the database migrated from another branch, or was the code rolled back"
    item = Item("database", "fail", "017", "018", "1 revision is missing", hint, next=action)
    logs = Item("backend", "fail", "x" * 20, "y " * 30, hint=f"see why: {COMMAND}", next=action)
    checks = (Check(2, "migrations", "fail", 9, "", (item, logs)), *WELL.checks[2:])
    wide = verify_text.render(verdict(*checks))
    narrow = verify_text.render(verdict(*checks), width=width).splitlines()
    assert [line for line in narrow if cells(line) > width and line != COMMAND] == []
    assert sum(COMMAND in line for line in narrow) == 3
    assert " ".join(narrow).split() == wide.split()
    assert all(
        line.startswith(("    ", "  - ", "Check ", "PROD")) or line == COMMAND for line in narrow
    )


def test_every_target_has_a_heading_and_all_have_one_last_line() -> None:
    text = verify_text.render_several(together((WELL, ILL)), Look())
    lines = text.splitlines()
    assert lines[0] == "== production: PASSED"
    assert "== staging: FAILED (exit code 99)" in lines
    assert lines[-2:] == ["Drift: main is 2 commits ahead", "PRODUCTION HEALTH CHECK FAILED"]
    assert sum(line.startswith("PRODUCTION HEALTH CHECK") for line in lines) == 1


def test_nothing_observed_is_said_once() -> None:
    text = verify_text.render(ILL)
    assert "  - database: no answer within 5 s\n      observed: nothing; expected: 018\n" in text
