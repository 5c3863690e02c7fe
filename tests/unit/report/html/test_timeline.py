"""The picture of the history: a mark for each run and check, told in words as well."""

from __future__ import annotations

import itertools

import msgspec
from tests.unit.report.html.kit import FAILED, checks, element, past, run, words

from safeguards.checks import Check, Item
from safeguards.pushed import PushedRef
from safeguards.report.html import timeline
from safeguards.report.html.markup import Markup
from safeguards.runs import Push

REF = PushedRef("refs/heads/main", "a" * 40, "refs/heads/main", "b" * 40)


def push(hour: int, gate: str = "fail", led_to: str | None = None) -> Push:
    told = {"id": f"p{hour}", "at": f"2026-01-01T{hour:02}:30:00.000Z", "remote": "origin"}
    outcome = "accepted" if led_to else "rejected"
    more = {"refs": [msgspec.to_builtins(REF)], "gate": gate, "outcome": outcome, "run": led_to}
    return msgspec.convert({**told, **more, "url": "file:///x"}, Push)


def marks(markup: Markup) -> list[tuple[str, int, int, str]]:
    """Each mark of the big picture: its name, column and row from 0, and its title."""
    picture = next(each for each in element(markup).iter("svg") if each.get("role") == "img")
    width = int(picture.get("width", "0"))
    return [
        (
            use.get("href", "").removeprefix("#mark-"),
            (int(use.get("x", "0")) - 1 - width % timeline.PITCH) // timeline.PITCH,
            (int(use.get("y", "0")) - 2) // timeline.HIGH,
            use.findtext("title", ""),
        )
        for use in picture.iter("use")
    ]


def test_each_run_is_a_column_and_each_stage_a_row() -> None:
    runs = [run(n, checks()) for n in range(11)]
    runs.append(run(11, checks(FAILED)))
    found = marks(timeline.section(past(*runs)))
    last = [(name, row) for name, column, row, _ in found if column == 11]
    assert last == [("verify", 0), ("ok", 1), ("ok", 2), ("fail", 3), ("skipped", 4)]
    (told,) = [title for name, *_, title in found if name == "fail"]
    assert told == (
        "API endpoints: failed - /orders: 500, the server failed"
        " (2026-01-01 11:00:00 UTC, verify of production)"
    )


def test_syncs_pushes_and_warnings_have_marks_of_their_own() -> None:
    warned = checks(Item("/old", "warn", "404"))
    silent = (Check(2, "migrations", "unknown", 1, "", (Item("database", "unknown"),)),)
    runs = (
        run(1, checks(), kind="sync"),
        run(2, silent, kind="sync", exit_code=12),
        run(3, warned),
        run(4, kind="sync", status="running", finished_at=None, exit_code=None),
        run(5, kind="sync", status="interrupted", exit_code=None),
    )
    pushes = (push(1, led_to="r1", gate="pass"), push(6), push(7, gate="pass"))
    found = marks(timeline.section(past(*runs, pushes=pushes)))
    done = [name for name, _, row, _ in found if row == 0]
    assert done == ["sync", "sync-fail", "verify", "sync", "sync-fail", "refused", "push"]
    assert [name for name, _, row, _ in found if row in (2, 3)] == [
        "ok",
        "ok",
        "unknown",
        "ok",
        "warn",
    ]
    assert found[0][3] == "2026-01-01 01:00:00 UTC: sync of production, passed"


def test_marks_differ_without_colours() -> None:
    shapes = [tuple(path for path, _ in paths) for _, paths in timeline._SHAPES.values()]
    words_of = [words for words, _ in timeline._SHAPES.values()]
    assert len(set(shapes)) == len(shapes)
    assert len(set(words_of)) == len(words_of)


def test_only_the_newest_are_shown_and_all_in_the_table() -> None:
    runs = [run(n, checks()) for n in range(timeline.MOST + 30)]
    section = timeline.section(past(*runs))
    rows = list(element(section).iter("tr"))
    assert len(rows) == 1 + timeline.MOST
    first = [cell.text for cell in rows[1]]
    assert first[:3] == ["2026-01-06 09:00:00 UTC", "verify of production", "passed"]
    assert first[3:] == ["well", "well", "well", "left out"]
    assert len({(column, row) for _, column, row, _ in marks(section)}) == 5 * timeline.MOST


def test_the_summary_is_what_the_picture_is_called() -> None:
    section = timeline.section(past(run(1, checks()), run(2, checks(FAILED)), pushes=(push(9),)))
    summary = (
        "1 of the last 2 runs passed; failed: API endpoints 1 time; 1 push without a run."
        " From 2026-01-01 01:00:00 UTC to 2026-01-01 09:30:00 UTC."
    )
    assert summary in words(section)
    picture = next(each for each in element(section).iter("svg") if each.get("role") == "img")
    assert picture.get("aria-label") == f"{summary} The table below says the same."


def test_times_never_touch() -> None:
    for many in (1, 2, 8, 9, 10, 37, 100):
        section = timeline.section(past(*(run(n, checks()) for n in range(many))))
        picture = next(each for each in element(section).iter("svg") if each.get("role") == "img")
        ends = sorted(int(t.get("x", "0")) for t in picture.iter("text"))
        assert ends
        assert ends[0] >= 70, many
        assert ends[-1] <= int(picture.get("width", "0"))
        assert all(b - a >= 70 for a, b in itertools.pairwise(ends))


def test_a_past_without_an_ended_run_says_so() -> None:
    going = run(1, kind="sync", status="running", finished_at=None, exit_code=None)
    assert "No run has ended yet; 1 push without a run." in words(
        timeline.section(past(going, pushes=(push(2),)))
    )
