"""Asks the records of a target, all at once, and reads the numbers that come back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import AbsentError, RefusedError, UnreachableError
from safeguards.health import grants, statements

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.health.wanted import Record
    from safeguards.system.database import Dialect, Rows

    Answer = Rows | UnreachableError

_WHOLE = re.compile(r"-?\d+")


class Counted(msgspec.Struct, frozen=True):
    """What the database said about a record; `age` is seconds since its newest row.

    `estimate` is whether the number is the planner's.
    """

    rows: float | UnreachableError
    age: float | UnreachableError | None = None
    estimate: bool = False


def observe(records: tuple[Record, ...], database: Database) -> tuple[Counted, ...]:
    """Ask for all counts at once. Raises `UnreachableError` when there is no database to ask."""
    questions = _Questions(records)
    answers = questions.split(database.ask(questions.together))
    if answers is None:
        answers = database.ask(questions.alone)
    return questions.read(iter(answers))


class _Questions:
    """The statements of all records for the dialect that asks, and what their answers mean."""

    def __init__(self, records: tuple[Record, ...]) -> None:
        self._records = records
        self._dialect: Dialect = "postgresql"
        self._written: tuple[str, ...] = ()
        self._refused: dict[str, RefusedError] = {}

    def together(self, dialect: Dialect) -> tuple[str, ...]:
        """All in one round trip: MySQL, which takes one statement at a time, gets a single one."""
        written = self.alone(dialect)
        return (statements.together(written),) if dialect == "mysql" else written

    def alone(self, dialect: Dialect) -> tuple[str, ...]:
        """A statement for each number; a query that is no single one is left out."""
        self._dialect, self._refused = dialect, {}
        written: list[str] = [grants.asker(dialect)]
        for record in self._records:
            try:
                written.append(statements.count(record, dialect))
            except RefusedError as error:
                self._refused[record.name] = error
                continue
            if record.newest:
                written.append(statements.age(record.newest, record.name, dialect))
        self._written = tuple(written)
        return self._written

    def split(self, answers: Sequence[Answer]) -> Sequence[Answer] | None:
        """The answers one by one; None where a single statement does not tell which failed."""
        if self._dialect != "mysql":
            return answers
        (answer,) = answers
        own = any(record.sql is not None for record in self._records)
        if isinstance(answer, UnreachableError) or not answer or (own and None in answer[0]):
            return None
        return [((value,),) for value in answer[0]]

    def read(self, answers: Iterator[Answer]) -> tuple[Counted, ...]:
        """What the answers say of each record."""
        self._who = grants.read(next(answers))
        counted: list[Counted] = []
        for record in self._records:
            if record.name in self._refused:
                counted.append(Counted(self._refused[record.name]))
                continue
            rows = self._rows(record, next(answers))
            age = self._age(record, next(answers)) if record.newest else None
            counted.append(msgspec.structs.replace(rows, age=age))
        return tuple(counted)

    def _rows(self, record: Record, answer: Answer) -> Counted:
        if isinstance(answer, UnreachableError):
            return Counted(self._granted(answer, record))
        if not answer and record.sql is None:
            return Counted(AbsentError("there is no such table"))
        if len(answer) != 1 or len(answer[0]) != 1:
            found = "no row" if not answer else "several rows" if answer[1:] else "several columns"
            return Counted(UnreachableError(f"the query gave {found}; one number is expected"))
        value = answer[0][0]
        if value is None:
            return Counted(UnreachableError("the query gave NULL; one number is expected"))
        estimate = record.estimate and value.startswith(statements.ESTIMATED)
        number = _number(value.removeprefix(statements.ESTIMATED) if estimate else value)
        if number is None:
            return Counted(UnreachableError(f"the query gave {value[:40]!r}, not a number"))
        return Counted(number, estimate=estimate)

    def _age(self, record: Record, answer: Answer) -> float | UnreachableError | None:
        if isinstance(answer, UnreachableError):
            return self._granted(answer, record)
        value = answer[0][0] if answer else None
        number = None if value is None else _number(value)
        if value is not None and number is None:
            column = record.newest.column if record.newest else ""
            return UnreachableError(f"{column} has {value[:40]!r}, which is no time")
        return number

    def _granted(self, error: UnreachableError, record: Record) -> UnreachableError:
        table = "" if record.sql is not None else record.name
        return grants.advised(error, table, self._who, self._dialect)


def _number(value: str) -> float | None:
    """A whole number stays one, however large."""
    if _WHOLE.fullmatch(value):
        return int(value)
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
