"""What `backref(…)` makes when it has arguments of its own; follows `_generate_backref`."""

from __future__ import annotations

from safeguards.scan.interpret.values import Made, text
from safeguards.scan.project import Column, Relationship
from safeguards.scan.resolve import conditions
from safeguards.scan.resolve.joins import Join, Joins
from safeguards.scan.resolve.references import References
from safeguards.scan.resolve.unusable_joins import remote_fault

_OWN = frozenset({"foreign_keys", "primaryjoin", "remote_side"})
"""Arguments that a backref takes from the relationship that makes it, unless it has its own."""


def _with_own_join(found: Relationship) -> Relationship | None:
    """The other side of a relationship, where `backref()` says how to join it; else None."""
    made = found.arguments.get("backref")
    if not isinstance(made, Made) or made.kind != "backref" or not made.complete:
        return None
    key = text(made.args[0] if made.args else made.kwargs.get("name"))
    if key is None or found.target is None or not _OWN & set(made.kwargs):
        return None
    if {"?", "secondary", "secondaryjoin"} & set(found.arguments):
        return None
    other = Relationship(key, found.target, found.place)
    other.target, other.is_backref = found.mapper, True
    other.arguments = {name: value for name, value in made.kwargs.items() if name in _OWN}
    if "primaryjoin" in other.arguments and "foreign_keys" in found.arguments:
        other.arguments.setdefault("foreign_keys", found.arguments["foreign_keys"])
    return other


class Refusal:
    """A backref that SQLAlchemy refuses under the rule `code`; `made` is the backref."""

    __slots__ = ("advice", "code", "made", "reason")

    def __init__(self, made: Relationship, code: str, reason: str, advice: str) -> None:
        self.made = made
        self.code = code
        self.reason = reason
        self.advice = advice


def refusal(found: Relationship, joins: Joins, references: References) -> Refusal | None:
    """What SQLAlchemy refuses in the backref of a relationship that it accepts itself."""
    made = _with_own_join(found)
    if made is None:
        return None
    if "primaryjoin" in made.arguments:
        if joins.primary(made).kind != "none":
            return None
        return Refusal(made, "SG103", "no column in its primaryjoin is a foreign key", _SAME)
    join = joins.primary(found)
    columns = _joined(found, join, references)
    if not columns:
        return None
    if "foreign_keys" in made.arguments:
        foreign = references.columns(made.arguments["foreign_keys"], made.mapper)
        if not foreign or not columns.isdisjoint(foreign):
            return _same_way(found, made, join, columns.intersection(foreign or ()))
        said = f"its foreign_keys are not in the join of {found.label}, which it shares"
        return Refusal(made, "SG103", said, _SAME)
    if _is_turned(found, made, join, references) is False:
        said = "come out with the same direction"
        return Refusal(made, "SG110", said, "Leave remote_side to one of the two sides.")
    fault = remote_fault(made, join, references)
    return Refusal(made, "SG117", *fault) if fault is not None else None


_SAME = "Leave it out: a backref is joined as the relationship that makes it."


def _same_way(
    found: Relationship, made: Relationship, join: Join, foreign: set[Column]
) -> Refusal | None:
    """Whether the backref takes the other table's columns as the foreign ones."""
    here, there = set(found.mapper.tables()), set(made.mapper.tables())
    if not here.isdisjoint(there) or not foreign or not join.pairs:
        return None
    mine, theirs = {column.table for _, column in join.pairs}, {c.table for c in foreign}
    if (mine <= here and theirs <= there) or (mine <= there and theirs <= here):
        return Refusal(made, "SG110", "come out with the same direction", _SAME)
    return None


def _is_turned(
    found: Relationship, made: Relationship, join: Join, references: References
) -> bool | None:
    """Whether the two sides of a self-reference point in different directions, if it is told."""
    if found.target is not found.mapper or "primaryjoin" in found.arguments:
        return None
    foreign = {column for _, column in join.pairs}
    given = found.arguments.get("remote_side")
    mine = references.columns(given, found.mapper) if given is not None else list(foreign)
    theirs = references.columns(made.arguments["remote_side"], made.mapper)
    if not mine or not theirs:
        return None
    sides = [foreign <= set(remote) for remote in (mine, theirs)]
    mixed = any(foreign & set(r) and not foreign <= set(r) for r in (mine, theirs))
    return None if mixed else sides[0] is not sides[1]


def _joined(found: Relationship, join: Join, references: References) -> set[Column]:
    """The columns that a relationship compares; none where its text marks or hides some."""
    assert found.target is not None
    if join.kind != "one" or found.mapper.why_unsure() or found.target.why_unsure():
        return set()
    pairs = join.pairs
    if "primaryjoin" in found.arguments:
        condition = conditions.read(found, "primaryjoin", references)
        if not condition.complete or condition.foreign or condition.remote:
            return set()
        pairs = condition.pairs
    return {column for pair in pairs for column in pair}
