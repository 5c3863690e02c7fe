"""What a revision does to a database, read from its text: never imported, never run.

What the text does not tell counts as the worse of the two.
"""

from __future__ import annotations

import ast
import warnings

import msgspec

from safeguards.migrations.effects.expressions import StepsError
from safeguards.migrations.effects.values import Dialect, Effect, dialect_of, locks_of, worst
from safeguards.migrations.effects.walk import Walk
from safeguards.planned import TableLock


class Effects(msgspec.Struct, frozen=True):
    """What the whole of an upgrade does; see `PlannedRevision`, whose fields these are.

    `reasons` are short sentences for people about all that is not plainly harmless.
    """

    transactional: bool
    destructive: bool
    additive: bool
    writes_data: bool
    locks: tuple[TableLock, ...] = ()
    reasons: tuple[str, ...] = ()


def effects(content: bytes, dialect: str) -> Effects:
    """What `upgrade()` of this file does to a database; never raises for what it holds."""
    database = dialect_of(dialect)
    return _together(_found(content, database), database)


def _found(content: bytes, dialect: Dialect) -> list[Effect]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        walk = Walk(tree, dialect)
        walk.upgrade()
    except SyntaxError as error:
        return [worst(f"cannot be parsed: {error.msg}")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [worst(f"cannot be parsed: {str(error) or type(error).__name__}")]
    except StepsError:
        return [worst("has more to follow than can be followed")]
    return walk.effects


def _together(found: list[Effect], dialect: Dialect) -> Effects:
    ddl = any(each.ddl for each in found)
    reasons = [each.reason for each in found if each.notable and each.reason]
    transactional = all(each.transactional for each in found)
    if ddl and dialect != "postgresql":
        # MySQL commits before each change of the schema; for SQLite Python begins no transaction.
        transactional = False
    return Effects(
        transactional=transactional,
        destructive=any(each.destructive for each in found),
        additive=all(each.additive for each in found),
        writes_data=any(each.writes_data for each in found),
        locks=locks_of(found, dialect),
        reasons=tuple(dict.fromkeys(reasons)),
    )
