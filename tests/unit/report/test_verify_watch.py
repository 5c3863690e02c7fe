from __future__ import annotations

import msgspec
import pytest
from tests.unit.report.verdicts import EVIL, ILL, WELL, verdict

from safeguards.checks import Check, Item, Status, Verdict
from safeguards.report.verify_watch import Frame, changes, mark, screen, spell
from safeguards.report.wrap import cells


def seen(*items: Item, status: Status = "ok") -> Verdict:
    return verdict(*WELL.checks[:3], Check(4, "records", status, 1, "", items))


def test_nothing_changed() -> None:
    assert list(changes(WELL, WELL)) == []
    more = seen(Item("Projects", "ok", "3"), Item("New", "ok", "1"))
    assert list(changes(seen(Item("Projects", "ok", "2")), more)) == []


def test_each_thing_that_changed_is_told_with_both_states() -> None:
    well = seen(Item("Projects", "ok", "2"), Item("Users", "ok", "2"))
    ill = seen(Item("Projects", "fail", "0"), Item("Users", "warn", "2"), status="fail")
    away = seen(Item("records", "unknown"), status="unknown")
    assert list(changes(well, ill)) == [
        "Record counts: Projects: OK -> FAIL",
        "Record counts: Users: OK -> WARNING",
    ]
    assert list(changes(ill, away)) == [
        "Record counts: Projects: FAIL -> not told of",
        "Record counts: Users: WARNING -> not told of",
        "Record counts: records: UNKNOWN",
    ]
    assert list(changes(away, well)) == ["Record counts: records: UNKNOWN -> not told of"]
    bare = msgspec.structs.replace(well.checks[3], status="skipped", items=())
    empty = msgspec.structs.replace(well.checks[3], items=())
    assert list(changes(verdict(*WELL.checks[:3], bare), verdict(*WELL.checks[:3], empty))) == [
        "Record counts: SKIPPED -> OK"
    ]


def test_marks_differ_without_colour() -> None:
    unknown = seen(Item("x", "unknown"), status="unknown")
    assert [mark((WELL,)), mark((WELL, ILL)), mark((unknown, WELL))] == [".", "F", "?"]


FRAME = Frame(
    "safeguards verify: production, every 5 s", (ILL,), 75, "..F?" * 50, ("12:00:00 x",), "d"
)


def test_a_screen_shows_what_is_not_well_and_what_to_do() -> None:
    lines = screen(FRAME, 80, 40)
    assert lines[1] == "PRODUCTION HEALTH CHECK FAILED (exit code 99) for 1 min 15 s"
    assert "Check 1: Containers [FAIL]" in lines
    assert "      next: docker logs 'npd-backend'" in lines
    assert not [line for line in lines if "npd-db" in line]
    assert lines[-4:] == [("..F?" * 20), ". passed  F failed  ? not answered", "12:00:00 x", "d"]


@pytest.mark.parametrize("frame", [FRAME, msgspec.structs.replace(FRAME, verdicts=(EVIL, WELL))])
@pytest.mark.parametrize("height", [1, 5, 12, 60])
@pytest.mark.parametrize("width", [1, 10, 60, 200])
def test_a_screen_fits_whatever_the_window(frame: Frame, width: int, height: int) -> None:
    lines = screen(frame, width, height)
    assert len(lines) <= height
    assert max(cells(line) for line in lines) <= width
    assert all(line.isprintable() for line in lines)


def test_a_small_screen_says_what_it_leaves_out() -> None:
    lines = screen(FRAME, 60, 10)
    assert lines[1].startswith("PRODUCTION HEALTH CHECK FAILED")
    assert lines[-1] == "d"
    assert [line for line in lines if line.startswith("... ") and "lines more" in line]


def test_before_the_first_answer_there_is_a_title() -> None:
    assert screen(Frame("t", doing="looking"), 60, 24) == ["t", "looking"]


def test_durations_are_spelled() -> None:
    assert [spell(each) for each in (-1, 0.4, 59.9, 60, 3599, 3600, 90000)] == [
        *("0 s", "0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "25 h 0 min"),
    ]
