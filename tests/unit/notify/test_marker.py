from __future__ import annotations

import pytest
from tests.unit.notify.verdicts import AT, LATER, at

from safeguards.notify.marker import KEPT, MOST, Marker, Past, advanced, read, target_of, written

MARKER = Marker(
    "prod-eu.1",
    {"containers": "0123abcd", "api": "ffffffff"},
    since=AT,
    first=AT,
    last=LATER,
    count=3,
    past=(Past(AT, (), 1), Past(AT, ("records", "api"), 12)),
)


@pytest.mark.parametrize(
    "marker",
    [MARKER, Marker("x", {}, AT, AT, AT, 1), Marker("a--b", {"records": "00000000"}, *[AT] * 3, 9)],
)
def test_what_is_written_is_read(marker: Marker) -> None:
    for body in (written(marker), f"{written(marker)}\n### text", f"{written(marker)}\r\ntext"):
        assert read(body) == marker
        assert target_of(body) == marker.target


def test_it_is_one_comment_of_html_that_no_part_of_it_can_end() -> None:
    line = written(MARKER)
    assert line.startswith("<!-- ")
    assert line.index("-->") == len(line) - 3
    assert "\n" not in line


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        f"text {written(MARKER)}",
        f"text\n{written(MARKER)}",
        f" {written(MARKER)}",
        f"> {written(MARKER)}",
        f"{written(MARKER)} and more",
        written(MARKER).replace("safeguards:verify", "safeguards:other"),
        written(MARKER).replace("prod-eu.1", "-->"),
    ],
)
def test_any_other_text_is_not_ours(body: str) -> None:
    assert target_of(body) is None
    assert read(body) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("count=3", "count=-3"),
        ("count=3", "count=12345678"),
        ("0123abcd", "0123ABCD"),
        ("containers:", "webs:"),
        (f"since={AT}", "since=yesterday"),
        (f"since={AT}", "since=2026-02-30T12:00:00.000Z"),
        (f"={AT}~well", "=2026-11-29T25:00:00.000Z~well"),
        ("count=3", "count=\u0663"),
        ("+api~", "+~"),
        (" past=", " more=1 past="),
    ],
)
def test_one_that_somebody_changed_is_ours_but_tells_nothing(old: str, new: str) -> None:
    body = written(MARKER).replace(old, new)
    assert body != written(MARKER)
    assert read(body) is None
    assert target_of(body) == "prod-eu.1"


def test_the_same_failure_is_counted() -> None:
    failing = {"api": "00000000"}
    first = advanced(None, "x", failing, at(0))
    again = advanced(advanced(first, "x", failing, at(1)), "x", failing, at(2))
    assert (again.since, again.first, again.last, again.count) == (at(0), at(0), at(2), 3)
    assert again.past == ()
    full = Marker("x", failing, AT, AT, AT, MOST)
    assert read(written(advanced(full, "x", failing, AT))) is not None


def test_another_failure_is_the_same_outage_and_a_recovery_ends_it() -> None:
    one = advanced(None, "x", {"api": "00000000"}, at(0))
    two = advanced(one, "x", {"api": "00000001"}, at(1))
    assert (two.since, two.first, two.count) == (at(0), at(1), 1)
    assert two.past == (Past(at(0), ("api",), 1),)
    well = advanced(two, "x", {}, at(2))
    assert (well.failing, well.first) == ({}, at(2))
    anew = advanced(well, "x", {"api": "00000000"}, at(3))
    assert (anew.since, anew.first) == (at(3), at(3))
    assert [each.stages for each in anew.past] == [("api",), ("api",), ()]


def test_what_is_remembered_is_bounded() -> None:
    marker = None
    for minute in range(59):
        marker = advanced(marker, "x", {"api": f"{minute:08}"}, at(minute))
    assert marker is not None
    assert len(marker.past) == KEPT
    assert read(written(marker)) == marker
