"""Explicit join conditions that SQLAlchemy refuses although it finds foreign keys in them."""

from __future__ import annotations

from safeguards.scan.interpret.values import Literal, Made, Operation, Value, truth
from safeguards.scan.project import Column, Relationship
from safeguards.scan.resolve import conditions
from safeguards.scan.resolve.joins import Join
from safeguards.scan.resolve.references import References

_UNEQUAL = frozenset({"<", "<=", ">", ">=", "!="})
_JUNCTIONS = frozenset({"and", "&", "or", "|"})


def given(found: Relationship, argument: str) -> bool:
    """Whether an argument is passed, other than as None."""
    value = found.arguments.get(argument)
    return value is not None and not (isinstance(value, Literal) and value.value is None)


def condition_fault(
    found: Relationship, join: Join, references: References
) -> tuple[str, str] | None:
    """What is wrong with the primaryjoin, and what to do; None when nothing is known to be."""
    if not given(found, "primaryjoin") or join.kind != "one":
        return None
    value = references.unwrapped(found.arguments["primaryjoin"], found.mapper)
    if _never_equal(value, found, references):
        if "viewonly" in found.arguments and truth(found.arguments["viewonly"]) is not False:
            return None
        return "its primaryjoin compares nothing for equality", "Set viewonly=True, or join by ==."
    condition = conditions.read(found, "primaryjoin", references)
    if not condition.complete or condition.remote or given(found, "remote_side"):
        return None
    return _side_fault(found, condition, references)


def remote_fault(found: Relationship, join: Join, references: References) -> tuple[str, str] | None:
    """Why its remote side leaves nothing to join; None when it is not told or leaves something."""
    if join.kind != "one" or given(found, "secondary") or "?" in found.arguments:
        return None
    pairs, remote = join.pairs, set[Column]()
    if given(found, "primaryjoin"):
        condition = conditions.read(found, "primaryjoin", references)
        pairs, remote = condition.pairs, condition.remote
        if not condition.complete:
            return None
    if not remote:
        if not given(found, "remote_side"):
            return None
        remote = set(references.columns(found.arguments["remote_side"], found.mapper) or ())
    if not remote or any(one is other for one, other in pairs):
        return None
    if not pairs or any((one in remote) != (other in remote) for one, other in pairs):
        return None
    if any(one in remote for one, _ in pairs):
        return "both columns of its join are marked as remote", "Mark those of the other side only."
    return "its remote_side names no column of the join", "Name the column that is referred to."


def _side_fault(
    found: Relationship, condition: conditions.Condition, references: References
) -> tuple[str, str] | None:
    mapper, target = found.mapper, found.target
    columns = {column for pair in condition.pairs for column in pair}
    if target is None or mapper.table is None or target.table is None or not columns:
        return None
    unsure = mapper.why_more() or target.why_more() or mapper.concrete or target.concrete
    if unsure or mapper.is_a(target) or target.is_a(mapper):
        return None
    if not any(column.table in target.tables() for column in columns):
        return f"its primaryjoin names no column of {target.name}", "Compare with its columns."
    marked = _marked(found, condition, references) & columns
    here = {column for column in marked if column.table in mapper.tables()}
    there = {column for column in marked if column.table in target.tables()}
    if len(condition.pairs) == 1 and here and there and not here & there:
        return (
            "both columns of its primaryjoin are marked as foreign",
            "Mark only the column that refers to the other one.",
        )
    return None


def _marked(
    found: Relationship, condition: conditions.Condition, references: References
) -> set[Column]:
    if condition.foreign or not given(found, "foreign_keys"):
        return condition.foreign
    return set(references.columns(found.arguments["foreign_keys"], found.mapper) or ())


def _never_equal(value: Value, found: Relationship, references: References) -> bool:
    """Whether a condition certainly compares columns, and none of them by `==`."""
    if isinstance(value, Made) and value.kind in {"and_", "or_"}:
        parts, complete = value.args, value.complete
    elif isinstance(value, Operation) and value.op in _JUNCTIONS:
        parts, complete = value.operands, True
    else:
        return (
            isinstance(value, Operation)
            and value.op in _UNEQUAL
            and all(references.column(each, found.mapper) for each in value.operands)
        )
    return bool(parts) and complete and all(_never_equal(p, found, references) for p in parts)
