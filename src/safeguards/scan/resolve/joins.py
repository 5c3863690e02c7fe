"""How SQLAlchemy would join two mapped classes: one way, several, none, or not known.

Follows `Join._joincond_scan_left_right`, `_joincond_trim_constraints` and
`JoinCondition._determine_joins` of SQLAlchemy; the order of the scan decides the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from safeguards.scan.project import Column, Constraint, ForeignKey, Mapper, Relationship, Table
from safeguards.scan.resolve import conditions
from safeguards.scan.resolve.dangling import Dangling
from safeguards.scan.resolve.references import References

Kind = Literal["one", "several", "none", "broken", "unsure"]
Pair = tuple[Column, Column]
"""A referenced column and the column that refers to it."""


class Join:
    """The verdict on one join condition. `keys` are the constraints that were found.

    When it is `broken`, that foreign key names a column that its table does not have.
    """

    __slots__ = ("broken", "keys", "kind", "pairs", "reason")

    def __init__(
        self,
        kind: Kind,
        keys: list[Constraint] | None = None,
        pairs: list[Pair] | None = None,
        reason: str = "",
        broken: ForeignKey | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.broken = broken
        self.keys = keys or []
        self.pairs = pairs or []
        self.reason = reason


class _Scan:
    """The constraints that a search met, and the first foreign key that it could not follow."""

    __slots__ = ("broken", "constraints")

    def __init__(self) -> None:
        self.constraints: dict[Constraint, list[Pair]] = {}
        self.broken: ForeignKey | None = None


class Joins:
    """Determines the joins of relationships and of joined inheritance."""

    def __init__(self, references: References, dangling: Dangling) -> None:
        self._references = references
        self._dangling = dangling
        self._primary: dict[Relationship, Join] = {}

    def primary(self, found: Relationship) -> Join:
        """The join between a relationship's parent and its target, or its secondary table."""
        if found not in self._primary:
            self._primary[found] = self._determine(found)
        return self._primary[found]

    def _determine(self, found: Relationship) -> Join:
        if "primaryjoin" in found.arguments:
            return self._given(found, "primaryjoin")
        if found.secondary is not None:
            return self._to_secondary(found, found.mapper)
        if found.target is None or found.secondary_unsure or "?" in found.arguments:
            return Join("unsure", reason=found.unsure or found.secondary_unsure or "computed")
        considered = self._considered(found)
        if isinstance(considered, Join):
            return considered
        return _join(found.mapper, found.target, considered)

    def secondary(self, found: Relationship) -> Join:
        """The join between a relationship's target and its secondary table.

        As soon as the primaryjoin marks a foreign column, SQLAlchemy looks for no other one.
        """
        if self._marks(found, "primaryjoin") is True:
            unmarked = "secondaryjoin" not in found.arguments
            if unmarked or self._marks(found, "secondaryjoin") is False:
                return Join("none", reason="marked")
        if "secondaryjoin" in found.arguments:
            return self._given(found, "secondaryjoin")
        if found.target is None:
            return Join("unsure", reason=found.unsure)
        return self._to_secondary(found, found.target)

    def inheritance(self, mapper: Mapper) -> Join:
        """The join between a class and the one that it inherits from."""
        parent = mapper.inherits
        if parent is None or parent.table is None or mapper.table is None:
            return Join("one", reason="nothing to join")
        if parent.table is mapper.table or mapper.concrete:
            return Join("one", reason="nothing to join")
        if "inherit_condition" in mapper.arguments or "?" in mapper.arguments:
            broken = self._broken_inheritance(mapper)
            return Join("broken" if broken else "one", reason="given", broken=broken)
        scanned = _scan([parent.table], [mapper.table], None)
        if mapper.why_unsure():
            scanned.broken = None
        hidden = mapper.unsure or mapper.perhaps or parent.why_unmapped()
        return _verdict(scanned, None, hidden or _unsure([parent.table, mapper.table]))

    def _marks(self, found: Relationship, argument: str) -> bool | None:
        """Whether a condition marks a column with `foreign()`; None when the text hides that."""
        if argument not in found.arguments or "?" in found.arguments:
            return None
        condition = conditions.read(found, argument, self._references)
        return bool(condition.foreign) if condition.complete else None

    def _given(self, found: Relationship, argument: str) -> Join:
        """A join whose condition is written out; `none` when nothing in it can be foreign."""
        if found.target is None or found.secondary_unsure:
            return Join("one", reason="given")
        considered = self._considered(found)
        if isinstance(considered, Join):
            return Join("one", reason="given")
        condition = conditions.read(found, argument, self._references)
        foreign = conditions.foreign_columns(condition, considered, found.secondary)
        pairs = [
            (other, column)
            for left, right in condition.pairs
            for column, other in ((left, right), (right, left))
            if column in foreign
        ]
        if not condition.complete:
            return Join("one", reason="given")
        tables = [*found.mapper.tables(), *found.target.tables()]
        unsure = found.mapper.why_more() or found.target.why_more() or _unsure(tables)
        if not condition.foreign and not considered and not unsure:
            broken = self._broken(condition.pairs)
            if broken is not None:
                return Join("broken", broken=broken)
        if not foreign and condition.pairs and not unsure:
            return Join("none")
        return Join("one", pairs=pairs, reason="given")

    def _broken(self, pairs: list[Pair]) -> ForeignKey | None:
        """The foreign key that SQLAlchemy cannot follow while it looks for foreign columns."""
        for left, right in pairs:
            for column, other in ((left, right), (right, left)):
                if any(key.target is other for key in column.foreign_keys):
                    break
                if len(column.foreign_keys) == 1:
                    key = column.foreign_keys[0]
                    known = key.table is None or not _unsure([key.table])
                    if known and self._dangling.is_certain(key):
                        return key
        return None

    def _broken_inheritance(self, mapper: Mapper) -> ForeignKey | None:
        """The key of a column in `inherit_condition` that has no target when the class is made."""
        value = mapper.arguments.get("inherit_condition")
        pair = conditions.compared(value, mapper, self._references) if value else None
        if pair is None or mapper.why_unsure() or "?" in mapper.arguments:
            return None
        later = [key for c in pair for key in c.foreign_keys if _stands_below(key, mapper)]
        lone = [key for key in later if len(key.column.foreign_keys) == 1]
        return self._broken([pair]) or next(iter(lone), None)

    def _to_secondary(self, found: Relationship, mapper: Mapper) -> Join:
        considered = self._considered(found)
        if isinstance(considered, Join):
            return considered
        assert found.secondary is not None
        tables = mapper.tables()
        scanned = _two_steps(mapper, tables, [found.secondary], considered)
        reason = mapper.why_unsure() or _unsure([*tables, found.secondary])
        return _verdict(scanned, considered, reason)

    def _considered(self, found: Relationship) -> set[Column] | Join | None:
        value = found.arguments.get("foreign_keys")
        if value is None:
            return None
        columns = self._references.columns(value, found.mapper)
        if columns is None:
            return Join("unsure", reason="foreign_keys names columns that are not known")
        return set(columns) or None


def _join(left: Mapper, right: Mapper, considered: set[Column] | None) -> Join:
    tables, others = left.tables(), right.tables()
    reason = left.why_unsure() or right.why_unsure() or _unsure([*tables, *others])
    if not tables or not others:
        return Join("unsure", reason=reason or "a class has no table")
    return _verdict(_two_steps(left, tables, others, considered), considered, reason)


def _two_steps(
    left: Mapper, tables: list[Table], others: list[Table], considered: set[Column] | None
) -> _Scan:
    """Search from the class's own table first, then from all tables of its line."""
    local = [left.table] if left.table is not None else tables
    found = _scan(local, others, considered, same=tables == others and local == tables)
    if not found.constraints and found.broken is None and local != tables:
        found = _scan(tables, others, considered, same=tables == others)
    return found


def _scan(
    left: list[Table], right: list[Table], considered: set[Column] | None, *, same: bool = False
) -> _Scan:
    found = _Scan()
    for key in _keys(right):
        _collect(key, left, considered, found)
    if not same:
        for key in _keys(left):
            _collect(key, right, considered, found)
    return found


def _collect(
    key: ForeignKey,
    referred: list[Table],
    considered: set[Column] | None,
    found: _Scan,
) -> None:
    if considered is not None and key.column not in considered:
        return
    if key.target is not None and key.target.table in referred:
        found.constraints.setdefault(key.constraint, []).append((key.target, key.column))
    elif found.broken is None and key.table in referred and key.leads_nowhere():
        found.broken = key


def _stands_below(key: ForeignKey, mapper: Mapper) -> bool:
    """Whether a key refers to a table that the file of a class defines after that class."""
    if key.table is None or key.target is None:
        return False
    place, own = key.table.place, mapper.place
    return place.path == own.path and place.line > mapper.info.node.end_line


def _keys(tables: Iterable[Table]) -> Iterable[ForeignKey]:
    for table in tables:
        yield from table.foreign_keys()


def _verdict(scanned: _Scan, considered: set[Column] | None, reason: str) -> Join:
    if scanned.broken is not None and not reason:
        return Join("broken", broken=scanned.broken)
    found = scanned.constraints
    kept = dict(found)
    if len(kept) > 1 and considered is not None:
        kept = {
            key: pairs
            for key, pairs in kept.items()
            if {element.column for element in key.elements} == considered
        }
    if len(kept) > 1 and len({tuple(pairs) for pairs in kept.values()}) == 1:
        kept = dict([next(iter(kept.items()))])
    if len(kept) == 1:
        key, pairs = next(iter(kept.items()))
        return Join("one", [key], pairs, "" if considered is not None else reason)
    if not found:
        return Join("unsure", reason=reason) if reason else Join("none")
    return Join("several", list(found), [p for pairs in found.values() for p in pairs])


def _unsure(tables: Iterable[Table]) -> str:
    tables = list(tables)
    if len({table.metadata for table in tables}) > 1:
        for table in tables:
            if table.metadata.open:
                return f"the metadata of table {table.label} is not known"
    for table in tables:
        if table.unsure:
            return f"table {table.label}: {table.unsure}"
        if table.name is None:
            return "a table has a computed name"
        if len(table.metadata.tables.get((table.schema, table.name), [])) > 1:
            return f"several tables are named {table.label}"
    return ""
