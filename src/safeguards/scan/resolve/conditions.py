"""Explicit join conditions: which columns they compare, and which of them are foreign.

Follows `JoinCondition._annotate_fks` and `_annotate_remote` of SQLAlchemy for the part that
the text tells.
"""

from __future__ import annotations

from safeguards.scan.interpret.values import Literal, Made, Operation, Value
from safeguards.scan.project import Column, Mapper, Relationship, Table
from safeguards.scan.resolve.references import References

_JUNCTIONS = frozenset({"and", "&", "or", "|"})


class Condition:
    """The comparisons of a join condition; not `complete` when some part was not understood.

    `foreign` and `remote` hold what is marked with `foreign()` and `remote()`.
    """

    __slots__ = ("complete", "foreign", "pairs", "remote")

    def __init__(self) -> None:
        self.pairs: list[tuple[Column, Column]] = []
        self.foreign: set[Column] = set()
        self.remote: set[Column] = set()
        self.complete = True


def read(found: Relationship, argument: str, references: References) -> Condition:
    """Take a `primaryjoin` or `secondaryjoin` apart."""
    condition = Condition()
    value = references.unwrapped(found.arguments[argument], found.mapper)
    _walk(value, found.mapper, references, condition)
    condition.complete = condition.complete and bool(condition.pairs)
    return condition


def compared(value: Value, mapper: Mapper, references: References) -> tuple[Column, Column] | None:
    """The two columns of a condition that is one plain comparison by `==`."""
    if not isinstance(value, Operation) or value.op != "==" or len(value.operands) != 2:
        return None
    left, right = (references.column(each, mapper) for each in value.operands)
    return None if left is None or right is None or left is right else (left, right)


def foreign_columns(
    condition: Condition, considered: set[Column] | None, secondary: Table | None
) -> set[Column]:
    """The foreign columns of a condition: marked ones, else those of `foreign_keys`, else those
    that refer to what they are compared with, or that belong to the secondary table.
    """
    if condition.foreign:
        return condition.foreign
    every = {column for pair in condition.pairs for column in pair}
    if considered:
        return considered & every
    return {
        column
        for left, right in condition.pairs
        for column, other in ((left, right), (right, left))
        if any(key.target is other for key in column.foreign_keys)
        or (secondary is not None and column.table is secondary is not other.table)
    }


def _walk(value: Value, mapper: Mapper, references: References, condition: Condition) -> None:
    if isinstance(value, Made) and value.kind in {"and_", "or_"}:
        condition.complete = condition.complete and value.complete
        for part in value.args:
            _walk(part, mapper, references, condition)
    elif isinstance(value, Operation) and value.op in _JUNCTIONS:
        for part in value.operands:
            _walk(part, mapper, references, condition)
    elif isinstance(value, Operation) and value.op == "==" and len(value.operands) == 2:
        left = _side(value.operands[0], mapper, references, condition)
        right = _side(value.operands[1], mapper, references, condition)
        if left is not None and right is not None:
            condition.pairs.append((left, right))
        elif (left or right) is None or not any(isinstance(o, Literal) for o in value.operands):
            condition.complete = False
    else:
        condition.complete = False


def _side(
    value: Value, mapper: Mapper, references: References, condition: Condition
) -> Column | None:
    marks: set[str] = set()
    while isinstance(value, Made) and value.kind in {"foreign", "remote"} and value.args:
        marks.add(value.kind)
        value = value.args[0]
    column = references.column(value, mapper)
    if column is not None:
        if "foreign" in marks:
            condition.foreign.add(column)
        if "remote" in marks:
            condition.remote.add(column)
    return column
