from __future__ import annotations

from collections.abc import Mapping

import pytest

from safeguards.checks import Item
from safeguards.errors import AbsentError, DeadlineError, RefusedError, UnreachableError
from safeguards.health.counting import Counted
from safeguards.health.stages.records import judge, title
from safeguards.health.wanted import Newest, Record


def one(record: Record, counted: Counted, before: Mapping[str, int] | None = None) -> Item:
    (item,) = judge((record,), (counted,), before=before or {}, by_hand={"t": "psql …"})
    return item


@pytest.mark.parametrize(
    ("record", "rows", "status"),
    [
        (Record("t", min=1), 1, "ok"),
        (Record("t", min=1), 0, "fail"),
        (Record("t", min=0), 0, "ok"),
        (Record("t", min=5), 4, "fail"),
        (Record("t", max=0), 0, "ok"),
        (Record("t", max=0), 1, "fail"),
        (Record("t", min=2, max=3), 3, "ok"),
    ],
)
def test_bounds(record: Record, rows: int, status: str) -> None:
    item = one(record, Counted(rows))
    assert (item.status, item.observed) == (status, str(rows))
    assert (item.next is None) == (status == "ok")


def test_an_emptied_table_is_called_empty() -> None:
    assert one(Record("t", min=1), Counted(0)).message == "the table is empty"
    assert one(Record("t", min=2), Counted(1)).message == "too few rows"


@pytest.mark.parametrize(("rows", "status"), [(80, "ok"), (79, "fail"), (200, "ok")])
def test_a_drop_against_the_last_verified_count(rows: int, status: str) -> None:
    record = Record("t", max_drop=0.2)
    assert one(record, Counted(rows), {"t": 100}).status == status
    assert one(record, Counted(rows)).status == "ok"


@pytest.mark.parametrize(("age", "status"), [(10.0, "ok"), (61.0, "fail"), (None, "fail")])
def test_freshness(age: float | None, status: str) -> None:
    assert one(Record("t", newest=Newest("at", 60)), Counted(5, age)).status == status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AbsentError('relation "t" does not exist'), "fail"),
        (RefusedError("permission denied for table t"), "unknown"),
        (DeadlineError("not answered within 5 s"), "unknown"),
        (UnreachableError("the query answered 'x', not a number"), "unknown"),
    ],
)
def test_what_could_not_be_counted(error: UnreachableError, status: str) -> None:
    item = one(Record("t", min=1), Counted(error))
    assert (item.status, item.observed, item.message) == (status, "not counted", error.message)
    assert one(Record("t", newest=Newest("at", 1)), Counted(3, error)).status == status


def test_counting_that_stopped_early_says_so() -> None:
    assert one(Record("t", min=1), Counted(10_000)).observed == "10000+"
    estimate = one(Record("t", min=1, estimate=True), Counted(20_000, estimate=True))
    assert (estimate.observed, estimate.message) == ("20000", "estimate")


def test_a_title_is_the_name_with_a_capital() -> None:
    assert [title(name) for name in ("projects", "Audit", 'we"ird', "")] == [
        "Projects",
        "Audit",
        'We"ird',
        "",
    ]
