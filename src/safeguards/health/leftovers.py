"""What migrations that ended half-way leave in PostgreSQL: indexes and constraints not valid.

MySQL and SQLite have neither: an index is whole there, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.health.postgres_names import OURS
from safeguards.health.statements import text

if TYPE_CHECKING:
    from safeguards.system.database import Rows

MOST = 5
"""Items of a kind that are told one by one."""

QUERY = f"""
select 'index', quote_ident(n.nspname) || '.' || quote_ident(c.relname), t.relname,
    case when c.relkind = 'I' then 'parent'
        when c.relname ~ '_cc(new|old)[0-9]*$' then 'rest' else '' end
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_class t on t.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
where not (i.indisvalid and i.indisready) and {OURS} and not pg_is_in_recovery()
    and not exists (select from pg_locks l
        where l.locktype = 'relation' and l.relation = i.indrelid
            and l.mode in ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
            and l.database = (select oid from pg_database where datname = current_database())
            and l.pid not in (select pid from pg_stat_progress_vacuum))
union all
select 'constraint', quote_ident(o.conname),
    quote_ident(n.nspname) || '.' || quote_ident(t.relname), ''
from pg_constraint o
join pg_class t on t.oid = o.conrelid
join pg_namespace n on n.oid = t.relnamespace
where not o.convalidated and o.conparentid = 0 and o.coninhcount = 0 and {OURS}
    and to_jsonb(o) ->> 'conenforced' is distinct from 'false'
order by 1 desc, 2
limit 100
"""
"""An index that somebody builds or drops just now is none: its table is locked for that."""


class Leftover(msgspec.Struct, frozen=True):
    """An index or a constraint that is not valid; of an index `kind` says what it is for."""

    what: str
    name: str
    table: str
    kind: str = ""

    @property
    def repair(self) -> str:
        """The statement that makes it valid, or takes it away."""
        if self.what == "constraint":
            return f"ALTER TABLE {self.table} VALIDATE CONSTRAINT {self.name}"
        if self.kind == "parent":
            return f"SELECT relid FROM pg_partition_tree({text(self.name, 'postgresql')})"
        verb = "DROP" if self.kind == "rest" else "REINDEX"
        return f"{verb} INDEX CONCURRENTLY {self.name}"


def read(rows: Rows) -> tuple[Leftover, ...]:
    """What `QUERY` was answered."""
    return tuple(Leftover(*(value or "" for value in row)) for row in rows)


def items(found: tuple[Leftover, ...], by_hand: Callable[[str], str]) -> Iterator[Item]:
    """A warning for each, with the command that ends it: production works, but not as migrated.

    That a constraint is not valid may be meant so for old rows.
    """
    for what in ("index", "constraint"):
        same = [each for each in found if each.what == what]
        for each in same[:MOST]:
            yield _item(each, by_hand)
        if same[MOST:]:
            plural = "indexes" if what == "index" else "constraints"
            yield Item(plural, "warn", message=f"{len(same) - MOST} more are not valid")


def _item(found: Leftover, by_hand: Callable[[str], str]) -> Item:
    if found.what == "constraint":
        return Item(
            f"constraint {found.name}",
            "warn",
            observed="NOT VALID",
            expected="valid",
            message=f"old rows of {found.table} were never checked",
            next=Action(by_hand(found.repair), "check the old rows", safe=False),
        )
    why = {
        "parent": "not every partition has an index that is attached to it",
        "rest": "a REINDEX CONCURRENTLY left it behind",
    }
    return Item(
        f"index {found.name}",
        "warn",
        observed="INVALID",
        expected="valid",
        message=why.get(found.kind, f"no query of {found.table} uses it: building it failed"),
        next=Action(
            by_hand(found.repair),
            "see which partitions have one" if found.kind == "parent" else "end what was begun",
            safe=found.kind == "parent",
        ),
    )
