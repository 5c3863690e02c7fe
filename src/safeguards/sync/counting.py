"""The rows before and after: a revision that empties a table leaves everything else well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import UnreachableError
from safeguards.health import counting

if TYPE_CHECKING:
    from safeguards.sync.job import Job


class Lost(msgspec.Struct, frozen=True):
    """How counts differ: a line for each table, and what is empty now and was not before."""

    told: tuple[str, ...]
    emptied: str


def count(job: Job) -> Mapping[str, int]:
    """The rows of each table that the target counts, as far as they can be counted."""
    database = job.seams.database
    tables = tuple(each for each in job.seams.records if each.sql is None)
    if database is None or not tables:
        return {}
    try:
        counted = counting.observe(tables, database)
    except UnreachableError:
        return {}
    return {
        record.name: each.rows
        for record, each in zip(tables, counted, strict=True)
        if isinstance(each.rows, int)
    }


def fell(before: Mapping[str, int], after: Mapping[str, int]) -> Lost:
    """What became of the rows; a table that is gone cannot be compared."""
    fewer = [name for name in before if after.get(name, before[name]) < before[name]]
    told = tuple(f"{name} had {before[name]} rows, and has {after[name]}" for name in fewer)
    empty = [f"{name} is empty, and had {before[name]} rows" for name in fewer if not after[name]]
    return Lost(told, "; ".join(empty))
