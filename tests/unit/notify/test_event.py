from __future__ import annotations

from tests.unit.notify.verdicts import at, item, verdict

from safeguards.checks import Verdict
from safeguards.notify.event import Event, news
from safeguards.notify.marker import Marker

API = {"api": (item("/health"),)}


def told(*verdicts: Verdict) -> list[Event | None]:
    """What each of these runs is called, one after the other."""
    marker: Marker | None = None
    events: list[Event | None] = []
    for minute, each in enumerate(verdicts):
        found = news(marker, each, at(minute))
        events.append(found.event if found else None)
        marker = found.marker if found else marker
    return events


def test_a_failure_is_told_once_and_so_is_its_end() -> None:
    runs = [verdict(), verdict(API), verdict(API), verdict(), verdict(), verdict(API)]
    assert told(*runs) == [None, "failed", None, "recovered", None, "failed"]


def test_each_change_of_what_fails_is_told_once() -> None:
    more = {**API, "records": (item("projects"),)}
    assert told(verdict(API), verdict(more), verdict(more), verdict(API), verdict()) == [
        "failed",
        "still-failing",
        None,
        "still-failing",
        "recovered",
    ]


def test_a_run_that_does_not_look_says_neither_that_it_is_well_nor_that_it_fails_anew() -> None:
    quick = verdict(skipped=("api",))
    assert told(verdict(API), quick, verdict(API), quick, verdict()) == [
        "failed",
        None,
        None,
        None,
        "recovered",
    ]


def test_the_runs_are_counted_while_nobody_is_told() -> None:
    first = news(None, verdict(API), at(0))
    assert first is not None
    second = news(first.marker, verdict(API), at(1))
    assert second is not None
    assert (second.marker.count, second.marker.since, second.marker.last) == (2, at(0), at(1))
