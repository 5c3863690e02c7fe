"""Stage 4: the data is there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from safeguards.checks import Action, Item, Status
from safeguards.errors import AbsentError, DeadlineError, RefusedError, UnreachableError
from safeguards.health import statements

if TYPE_CHECKING:
    from safeguards.health.counting import Counted
    from safeguards.health.database import Database
    from safeguards.health.wanted import Record


def judge(
    records: tuple[Record, ...],
    counted: tuple[Counted, ...],
    *,
    before: Mapping[str, int],
    by_hand: Mapping[str, str],
) -> tuple[Item, ...]:
    """An item for each record. `before` holds the last verified counts, `by_hand` commands."""
    return tuple(
        _judge_one(record, each, before.get(record.name.lower()), by_hand.get(record.name, ""))
        for record, each in zip(records, counted, strict=True)
    )


def unasked(error: UnreachableError, by_hand: str) -> Item:
    """The one item of a database that cannot be asked at all."""
    advised = Action(by_hand, "ask the database by hand", safe=True)
    return Item(
        "records",
        "unknown",
        expected="a count of each",
        message=error.message,
        hint=error.hint,
        next=advised,
    )


def by_hand(records: tuple[Record, ...], database: Database) -> Mapping[str, str]:
    """For each record the command with which a person counts it."""
    return {record.name: _command(record, database) for record in records}


def title(name: str) -> str:
    """How a record is shown: `projects` as `Projects`."""
    return name[:1].upper() + name[1:]


def _command(record: Record, database: Database) -> str:
    try:
        return database.by_hand(partial(statements.count, record))
    except RefusedError:  # a query that nobody should run
        return "safeguards verify -v"


def _judge_one(record: Record, counted: Counted, before: int | None, command: str) -> Item:
    expected = _expected(record, before)
    advised = Action(command, f"count {record.name} by hand", safe=True) if command else None
    for answer in (counted.rows, counted.age):
        if isinstance(answer, UnreachableError):
            return Item(
                title(record.name),
                "fail" if isinstance(answer, AbsentError) else "unknown",
                observed="not counted",
                expected=expected,
                message=answer.message,
                hint=answer.hint or _hint(record, answer, of_age=answer is counted.age),
                next=advised,
            )
    assert not isinstance(counted.rows, Exception)
    assert not isinstance(counted.age, Exception)
    status, wrong = _judged(record, counted.rows, counted.age, before)
    notes = [wrong, "estimate" if counted.estimate else ""]
    return Item(
        title(record.name),
        status,
        observed=_shown(record, counted),
        expected=expected,
        message=f"{wrong} (estimate)" if wrong and counted.estimate else "".join(notes),
        hint=_remark(record, before, status, counted.age),
        next=advised if wrong else None,
        measures=_measures(record, counted, before),
    )


def _judged(
    record: Record, rows: float, age: float | None, before: int | None
) -> tuple[Status, str]:
    wrong = _wrong(record, rows, before)
    if wrong or record.newest is None:
        return ("fail" if wrong else "ok"), wrong
    if age is None:
        return "fail", f"there is no row with {record.newest.column}"
    if age < -statements.AHEAD:
        return "unknown", f"every {record.newest.column} lies ahead of the clock, by {-age:.0f} s"
    if age > record.newest.seconds:
        limit = record.newest.seconds
        return "fail", f"the newest row is {age:.0f} s old; at most {limit} are right"
    return "ok", ""


def _wrong(record: Record, rows: float, before: int | None) -> str:
    noun = "too {}" if record.sql else "too {} rows"
    if record.min is not None and rows < record.min:
        empty = rows == 0 and not record.sql
        return "the table is empty" if empty else noun.format("little" if record.sql else "few")
    if record.max is not None and rows > record.max:
        return noun.format("much" if record.sql else "many")
    floor = _floor(record, before)
    if floor is not None and rows < floor:
        return f"fell from {before} since the last verified run"
    return ""


def _hint(record: Record, error: UnreachableError, *, of_age: bool) -> str:
    if not isinstance(error, DeadlineError):
        return "is the name right, and may this user read the table?" if not record.sql else ""
    if of_age and record.newest is not None:
        return f"is there an index on {record.newest.column}?"
    if record.sql is None and not record.estimate:
        return "estimate = true takes the planner's number instead of counting"
    return ""


def _remark(record: Record, before: int | None, status: Status, age: float | None) -> str:
    if status == "unknown" and age is not None:
        return "do the clock, and the zone of a time without one, agree with the database's?"
    if record.max_drop is not None and before is None and status == "ok":
        return "no verified count yet: max-drop begins with this one"
    return ""


def _floor(record: Record, before: int | None) -> int | None:
    if record.max_drop is None or before is None:
        return None
    return math.ceil(round(before * (1 - record.max_drop), 6))


def _capped(record: Record, counted: Counted) -> bool:
    limit = statements.bound(record)
    assert not isinstance(counted.rows, Exception)
    return limit is not None and counted.rows >= limit and not counted.estimate


def _shown(record: Record, counted: Counted) -> str:
    rows = counted.rows
    if isinstance(rows, float):
        return f"{rows:.3f}".rstrip("0").rstrip(".")
    return f"{rows}+" if _capped(record, counted) else str(rows)


def _measures(record: Record, counted: Counted, before: int | None) -> Mapping[str, float]:
    assert not isinstance(counted.rows, Exception)
    found = {
        "rows": float(counted.rows),
        "capped": float(_capped(record, counted)),
        "estimate": float(counted.estimate),
    }
    least = record.min if record.min is not None else _floor(record, before)
    if least is not None:
        found["rows_min"] = float(least)
    if counted.age is not None and not isinstance(counted.age, Exception):
        found["age_seconds"] = float(counted.age)
    return found


def _expected(record: Record, before: int | None) -> str:
    floor = _floor(record, before)
    parts = [
        f"at least {record.min}" if record.min is not None else "",
        f"at most {record.max}" if record.max is not None else "",
        f"at least {floor} (last verified {before})" if floor is not None else "",
        f"newest within {record.newest.seconds} s" if record.newest else "",
    ]
    return ", ".join(part for part in parts if part)
