"""What is said of fixes that were tried together, and which are suspected."""

from __future__ import annotations

import pytest

from safeguards.findings import Edit, Finding, Fix, Place, Related, Severity
from safeguards.scan.fixes.outcome import Outcome, outcome, suspects


def fixed(line: int, edited: int, text: str, model: str, severity: Severity = "error") -> Finding:
    """A finding of two lines in `a.py`, with a fix that inserts text."""
    fix = Fix(True, (Edit("a.py", (edited, 4), (edited, 4), text),))
    return Finding(Place("a.py", line, 1, line + 1), "SG1", "", severity, "", model, fix=fix)


def came(
    path: str = "b.py",
    line: int = 1,
    message: str = "",
    severity: Severity = "error",
    related: tuple[Related, ...] = (),
) -> Finding:
    return Finding(Place(path, line, 1, line), "SG2", "", severity, message, related=related)


CHOSEN = [
    fixed(1, 1, "a\nb\r\nc\r", "A"),
    fixed(5, 8, "x", "B"),
    fixed(10, 10, "y", "C", "warning"),
]
"""The first adds three lines to the file of all."""


@pytest.mark.parametrize(
    ("line", "blamed"),
    [(4, {0}), (7, {0, 1, 2}), (8, {1}), (9, {1}), (11, {1}), (12, {0, 1, 2}), (13, {2})],
)
def test_lines_are_known_where_the_fixes_have_moved_them(line: int, blamed: set[int]) -> None:
    assert suspects(Outcome(CHOSEN, (), (came("a.py", line),))) == blamed
    far = came(related=(Related(Place("a.py", line, 1, line), "key"),))
    assert suspects(Outcome(CHOSEN, (), (far,))) == blamed


def test_a_class_that_is_spoken_of_comes_before_a_file() -> None:
    assert suspects(Outcome(CHOSEN, (), (came("a.py", 99, "B.c is bad"),))) == {1}


def test_what_stays_is_suspect_and_what_speaks_of_nothing_known_accuses_nobody() -> None:
    assert suspects(Outcome(CHOSEN, (CHOSEN[1],), (came(),))) == {1}
    assert suspects(Outcome(CHOSEN, (), (came(),))) == set()


def test_a_warning_that_comes_accuses_those_that_fix_a_warning() -> None:
    """The others may have hidden it."""
    assert suspects(Outcome(CHOSEN, (), (came(severity="warning"),))) == {2}
    assert suspects(Outcome(CHOSEN, (), (came("a.py", 8, severity="warning"),))) == {2}


def test_an_outcome_is_good_when_all_are_gone_and_none_has_come() -> None:
    a, b, c = CHOSEN
    warning = came(severity="warning")
    assert outcome([a, b], [a, b, c], [c]).good
    assert outcome([a, b], [a, b, c], [c, warning]).good
    assert outcome([a, c], [a, b, c], [b, warning]).come == (warning,)
    assert outcome([a, b], [a, b, c], [b, c]).vain == (b,)
    assert outcome([a], [a, b, c], [b, c, came()]).come == (came(),)
