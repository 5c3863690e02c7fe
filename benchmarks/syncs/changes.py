"""What commits of the toy change: revisions of every kind, and versions that do not work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

FIRST_KIND = "first"

ROWS = 60
"""Rows of `items`; an index on `drag(id)` computes each of them slowly."""

ROUND_ROWS = 3
"""Rows that a revision of data adds to `ledger`."""

START, MAPPERS, REFUSES, DIES = "does not start", "mappers", "answers 500", "dies"
"""How a version can be bad: START and MAPPERS show before it replaces anything, the others after.
"""

KINDS: dict[str, tuple[str, ...]] = {
    "code": (),
    "additive": ("additive",),
    "destructive": ("destructive",),
    "data": ("data",),
    "index": ("index",),
    "batches": ("batches",),
    "slow": ("slow",),
    "several": ("additive", "data", "index"),
    START: (),
    f"{START}, additive": ("additive",),
    MAPPERS: (),
    REFUSES: (),
    f"{DIES}, additive": ("additive",),
}
"""Kind of a commit → the kinds of its revisions, oldest first."""

BAD = frozenset(kind for kind in KINDS if kind.startswith((START, MAPPERS, REFUSES, DIES)))

PARTS = frozenset({"index", "batches"})
"""Revisions that are no transaction: they can be half applied."""

FIRST = f"""\
    op.create_table(
        "items", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
    )
    op.create_table("ledger", sa.Column("revision", sa.Text), sa.Column("line", sa.Integer))
    op.execute("INSERT INTO items (name) SELECT 'item ' || n FROM generate_series(1, {ROWS}) n")
    op.execute(
        "CREATE FUNCTION drag(n integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE"
        " AS $$ BEGIN PERFORM pg_sleep(0.004); RETURN n; END $$"
    )
"""
BODIES = {
    "first": FIRST,
    "additive": """    op.add_column("items", sa.Column("c{id}", sa.Text))\n""",
    "destructive": """    op.drop_column("items", "{dropped}")\n""",
    "data": f"""    op.execute(
        "INSERT INTO ledger SELECT '{{id}}', n FROM generate_series(1, {ROUND_ROWS}) n"
    )
""",
    "index": """    with op.get_context().autocommit_block():
        op.create_index("ix{id}", "items", [sa.text("drag(id)")], postgresql_concurrently=True)
""",
    "batches": f"""    with op.get_context().autocommit_block():
        for line in range({ROUND_ROWS}):
            op.execute(f"INSERT INTO ledger VALUES ('{{id}}', {{{{line}}}})")
            op.execute("SELECT pg_sleep(0.1)")
""",
    "slow": """    op.execute("SELECT pg_sleep(0.4)")
    op.add_column("items", sa.Column("c{id}", sa.Text))
""",
}
REVISION = '''\
"""{kind} {id}."""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {down!r}


def upgrade() -> None:
{body}

def downgrade() -> None:
    raise NotImplementedError
'''


class Revision(NamedTuple):
    """One revision; `dropped` is the column that it takes away."""

    id: str
    kind: str
    dropped: str = ""

    def text(self, down: str | None) -> str:
        """Its file."""
        body = BODIES[self.kind].format(id=self.id, dropped=self.dropped)
        return REVISION.format(kind=self.kind, id=self.id, down=down, body=body)


class Schema(NamedTuple):
    """What the database has, as far as revisions change it; `broken` are INVALID indexes."""

    version: str
    columns: frozenset[str] = frozenset({"id", "name"})
    indexes: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    ledger: frozenset[tuple[str, int]] = frozenset()

    def after(self, revision: Revision) -> Schema:
        """The same with this revision applied, once and whole."""
        columns, indexes, ledger = self.columns, self.indexes, self.ledger
        if revision.kind in {"additive", "slow"}:
            columns |= {f"c{revision.id}"}
        elif revision.kind == "destructive":
            columns -= {revision.dropped}
        elif revision.kind == "index":
            indexes |= {f"ix{revision.id}"}
        elif revision.kind in {"data", "batches"}:
            ledger |= {(revision.id, ROUND_ROWS)}
        return Schema(revision.id, columns, indexes, self.broken, ledger)


class Commit(NamedTuple):
    """A pushed version. `revisions` are all that it knows, oldest first; `bad` is how it is."""

    serial: int
    name: str
    kind: str
    bad: str
    revisions: tuple[Revision, ...]
    new: tuple[Revision, ...]

    @property
    def head(self) -> str:
        """The revision that it wants."""
        return self.revisions[-1].id


def schema_at(version: str, revisions: Sequence[Revision]) -> Schema | None:
    """What the database is after exactly these revisions, up to this one; None when not among
    them.
    """
    found = Schema("")
    if not version:
        return found
    for each in revisions:
        found = found.after(each)
        if each.id == version:
            return found
    return None


def new_revisions(kind: str, known: Sequence[Revision]) -> tuple[Revision, ...]:
    """The revisions of a commit of this kind, after those that are known."""
    columns = sorted((schema_at(known[-1].id, known) or Schema("")).columns - {"id", "name"})
    found = []
    for number, each in enumerate(KINDS[kind], len(known) + 1):
        name = f"{number:04}"
        if each != "destructive":
            found.append(Revision(name, each))
        elif columns:
            found.append(Revision(name, each, columns[0]))
        else:
            found.append(Revision(name, "additive"))
    return tuple(found)


def how_bad(kind: str) -> str:
    """How a version of this kind fails; "" when it is good."""
    return kind.partition(",")[0] if kind in BAD else ""


def models(serial: int, columns: Iterable[str], bad: str) -> str:
    """The file of the models: a column for each that the database is to have."""
    lines = [f"    {name}: Mapped[str | None]" for name in sorted(columns) if name != "id"]
    ambiguous = AMBIGUOUS if bad == MAPPERS else ""
    return MODELS.format(serial=serial, columns="\n".join(lines), ambiguous=ambiguous)


MODELS = '''\
"""What this version asks the database for."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SERIAL = {serial}


class Base(DeclarativeBase):
    """All models."""


class Item(Base):
    """One item."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
{columns}
{ambiguous}'''
AMBIGUOUS = '''

class Swap(Base):
    """Two keys to the same table, and nothing says which one is meant."""

    __tablename__ = "swaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    given_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    taken_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    item: Mapped[Item] = relationship()
'''
