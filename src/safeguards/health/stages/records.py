"""Stage 4: the data is there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.errors import AbsentError, UnreachableError
from safeguards.health import statements

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.health.wanted import Record
    from safeguards.system.database import Dialect, Rows


class Counted(msgspec.Struct, frozen=True):
    """What the database said about a record; `age` is seconds since its newest row."""

    rows: int | UnreachableError
    age: float | UnreachableError | None = None


def observe(records: tuple[Record, ...], database: Database) -> tuple[Counted, ...]:
    """Ask for all counts at once. Raises `UnreachableError` when there is no database to ask."""
    answers = iter(database.ask(lambda dialect: _write(records, dialect)))
    counted: list[Counted] = []
    for record in records:
        rows = _number(next(answers))
        age = _number(next(answers)) if record.newest else None
        whole = rows if isinstance(rows, UnreachableError) else int(rows or 0)
        counted.append(Counted(whole, age))
    return tuple(counted)


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
    return {record.name: database.by_hand(partial(statements.count, record)) for record in records}


def title(name: str) -> str:
    """How a record is shown: `projects` as `Projects`."""
    return name[:1].upper() + name[1:]


def _write(records: tuple[Record, ...], dialect: Dialect) -> tuple[str, ...]:
    written: list[str] = []
    for record in records:
        written.append(statements.count(record, dialect))
        if record.newest:
            written.append(statements.age(record.newest, record.name, dialect))
    return tuple(written)


def _number(answer: Rows | UnreachableError) -> float | UnreachableError | None:
    if isinstance(answer, UnreachableError):
        return answer
    if not answer:
        return AbsentError("there is no such table, or the query gave no row")
    value = answer[0][0]
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return UnreachableError(f"the query answered {value[:40]!r}, not a number")


def _judge_one(record: Record, counted: Counted, before: int | None, command: str) -> Item:
    expected = _expected(record, before)
    advised = Action(command, f"count {record.name} by hand", safe=True) if command else None
    subject = title(record.name)
    for answer in (counted.rows, counted.age):
        if isinstance(answer, UnreachableError):
            status = "fail" if isinstance(answer, AbsentError) else "unknown"
            return Item(
                subject,
                "fail" if status == "fail" else "unknown",
                observed="not counted",
                expected=expected,
                message=answer.message,
                hint=answer.hint or "is the name right, and may this user read the table?",
                next=advised,
            )
    assert isinstance(counted.rows, int)
    wrong = _wrong(record, counted.rows, before) or _stale(record, counted.age)
    return Item(
        subject,
        "fail" if wrong else "ok",
        observed=_shown(record, counted.rows),
        expected=expected,
        message=wrong or ("estimate" if record.estimate else ""),
        next=advised if wrong else None,
    )


def _wrong(record: Record, rows: int, before: int | None) -> str:
    if record.min is not None and rows < record.min:
        return "the table is empty" if rows == 0 and not record.sql else "too few rows"
    if record.max is not None and rows > record.max:
        return "too many rows"
    floor = _floor(record, before)
    if floor is not None and rows < floor:
        return f"fell from {before} since the last verified run"
    return ""


def _stale(record: Record, age: float | UnreachableError | None) -> str:
    if record.newest is None or isinstance(age, UnreachableError):
        return ""
    if age is None:
        return "there is no newest row"
    if age > record.newest.seconds:
        return f"the newest row is {round(age)} s old; at most {record.newest.seconds} are right"
    return ""


def _floor(record: Record, before: int | None) -> float | None:
    if record.max_drop is None or before is None:
        return None
    return before * (1 - record.max_drop)


def _shown(record: Record, rows: int) -> str:
    limit = statements.bound(record)
    capped = limit is not None and rows >= limit and not record.estimate
    return f"{rows}+" if capped else str(rows)


def _expected(record: Record, before: int | None) -> str:
    floor = _floor(record, before)
    parts = [
        f"at least {record.min}" if record.min is not None else "",
        f"at most {record.max}" if record.max is not None else "",
        f"at least {floor:g} (last verified {before})" if floor is not None else "",
        f"newest within {record.newest.seconds} s" if record.newest else "",
    ]
    return ", ".join(part for part in parts if part)
