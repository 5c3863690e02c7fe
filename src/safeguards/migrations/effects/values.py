"""What one operation of a migration does to a database, as a value, and the names of locks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from safeguards.planned import TableLock

Dialect = Literal["postgresql", "mysql", "sqlite"]

UNKNOWN = "?"
"""Stands for a table that the text does not tell."""

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE = "SHARE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
ROW_EXCLUSIVE = "ROW EXCLUSIVE"

MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    "EXCLUSIVE",
    ACCESS_EXCLUSIVE,
)
"""PostgreSQL's modes of table locks, the weakest first."""


class Effect(msgspec.Struct, frozen=True):
    """One operation. `table` is what it works on, `creates` the table that it makes.

    `adds` is a column that old code leaves null; an operation that only ties such `columns` is no
    tie for old code. `locks` are tables with PostgreSQL's modes. `ddl`: it changes the schema.
    The defaults are those of what changes nothing; `notable` ones are told to people.
    """

    reason: str = ""
    additive: bool = True
    destructive: bool = False
    writes_data: bool = False
    transactional: bool = True
    ddl: bool = True
    table: str = ""
    creates: str = ""
    adds: str = ""
    columns: tuple[str, ...] = ()
    locks: tuple[tuple[str, str], ...] = ()

    @property
    def notable(self) -> bool:
        """Whether there is something about it that people should know."""
        plain = self.additive and self.transactional
        return not plain or self.destructive or self.writes_data


def worst(reason: str) -> Effect:
    """What stands for anything that the text does not tell."""
    return Effect(
        reason,
        additive=False,
        destructive=True,
        writes_data=True,
        locks=((UNKNOWN, ACCESS_EXCLUSIVE),),
    )


def on_new_table(effect: Effect) -> Effect:
    """The same operation on a table that nobody can know yet."""
    locks = tuple(lock for lock in effect.locks if lock[0] != effect.table)
    return msgspec.structs.replace(effect, additive=True, destructive=False, locks=locks)


def dialect_of(name: str) -> Dialect:
    """The dialect of a driver's name; PostgreSQL for one that is not known."""
    plain = name.partition("+")[0].lower()
    if plain in {"mysql", "mariadb"}:
        return "mysql"
    return "sqlite" if plain == "sqlite" else "postgresql"


def locks_of(effects: Iterable[Effect], dialect: Dialect) -> tuple[TableLock, ...]:
    """The strongest lock of each table, in the words of the database."""
    strongest: dict[str, str] = {}
    for table, mode in (lock for effect in effects for lock in effect.locks):
        held = strongest.get(table, MODES[0])
        strongest[table] = max(held, mode, key=MODES.index)
    return tuple(TableLock(table, _word(mode, dialect)) for table, mode in strongest.items())


def _word(mode: str, dialect: Dialect) -> str:
    if dialect == "sqlite":
        return "whole database"
    if dialect == "mysql":
        return "row locks" if mode == ROW_EXCLUSIVE else "metadata lock (exclusive)"
    return mode
