"""Which way a relationship points, as `JoinCondition._determine_direction` decides it."""

from __future__ import annotations

from typing import Literal

from safeguards.scan.project import Column, Relationship
from safeguards.scan.resolve import conditions
from safeguards.scan.resolve.joins import Join, Joins
from safeguards.scan.resolve.references import References

Direction = Literal["one-to-many", "many-to-one", "many-to-many"]


class Directions:
    """Determines directions from joins; None when it is not known."""

    def __init__(self, joins: Joins, references: References) -> None:
        self._known: dict[Relationship, Direction | None] = {}
        self._joins = joins
        self._references = references

    def of(self, found: Relationship) -> Direction | None:
        """The direction of a relationship whose join is a single found constraint."""
        if found not in self._known:
            self._known[found] = self._determine(found)
        return self._known[found]

    def _determine(self, found: Relationship) -> Direction | None:
        if found.secondary is not None:
            return "many-to-many"
        if found.target is None or found.secondary_unsure:
            return None
        join = self._joins.primary(found)
        if join.kind != "one" or not join.pairs:
            return None
        return self._of_join(found, join)

    def is_marked(self, found: Relationship) -> bool:
        """Whether a written condition tells its remote side with `remote()`."""
        if "primaryjoin" not in found.arguments:
            return False
        return bool(conditions.read(found, "primaryjoin", self._references).remote)

    def _of_join(self, found: Relationship, join: Join) -> Direction | None:
        assert found.target is not None
        parents, children = set(found.mapper.tables()), set(found.target.tables())
        foreign = {column for _, column in join.pairs}
        in_children = {c for c in foreign if c.table in children}
        in_parents = {c for c in foreign if c.table in parents}
        if in_children and in_parents:
            remote = self._remote(found, join, foreign)
            return None if remote is None else _by_remote(foreign, remote)
        if in_children:
            return "one-to-many"
        return "many-to-one" if in_parents else None

    def _remote(self, found: Relationship, join: Join, foreign: set[Column]) -> set[Column] | None:
        if "primaryjoin" in found.arguments:
            marked = conditions.read(found, "primaryjoin", self._references).remote
            if marked:
                return marked
        given = found.arguments.get("remote_side")
        if given is not None:
            columns = self._references.columns(given, found.mapper)
            return set(columns) if columns else None
        assert found.target is not None
        parents, children = found.mapper.tables(), found.target.tables()
        every = {column for pair in join.pairs for column in pair}
        if all(c.table in parents and c.table in children for c in every):
            return foreign
        return {c for c in every if c.table in children and c.table not in parents} or None


def _by_remote(foreign: set[Column], remote: set[Column]) -> Direction | None:
    one_to_many, many_to_one = foreign & remote, foreign - remote
    if one_to_many and not many_to_one:
        return "one-to-many"
    if many_to_one and not one_to_many:
        return "many-to-one"
    return None
