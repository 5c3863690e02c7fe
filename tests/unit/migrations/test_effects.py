"""What a revision does, read from its text. The locks are compared with a real PostgreSQL in
tests/integration/postgres/test_locks.py.
"""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguards.migrations.effects.revision import Effects, effects
from safeguards.planned import TableLock

HEAD = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "2"
down_revision = "1"
TABLE = "orders"
orders = sa.table("orders", sa.column("id"), sa.column("note"))
"""
WORST = ("destructive", "writes")


def read(body: str, dialect: str = "postgresql", *, more: str = "") -> Effects:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    text = f"{HEAD}\n{textwrap.dedent(more)}\n\ndef upgrade():\n{body}\n"
    return effects(text.encode(), dialect)


def flags(found: Effects) -> set[str]:
    return {
        name
        for name, value in {
            "additive": found.additive,
            "destructive": found.destructive,
            "writes": found.writes_data,
            "outside": not found.transactional,
        }.items()
        if value
    }


def locks(found: Effects) -> dict[str, str]:
    return {each.table: each.mode for each in found.locks}


ADD, LOSE, BAD, WRITE = {"additive"}, {"destructive"}, set[str](), {"writes"}
UNTOLD = {"destructive", "writes"}
EXCLUSIVE = {"orders": "ACCESS EXCLUSIVE"}
ROWS = {"orders": "ROW EXCLUSIVE"}

OPERATIONS: dict[str, tuple[set[str], dict[str, str], str]] = {
    "pass": (ADD, {}, ""),
    "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))": (ADD, {}, ""),
    "op.create_table('t', sa.Column('o', sa.ForeignKey('orders.id')))": (
        *(ADD, {"orders": "SHARE ROW EXCLUSIVE"}, ""),
    ),
    "op.create_table('t', sa.ForeignKeyConstraint(['a'], ['s.orders.id']))": (
        *(ADD, {"s.orders": "SHARE ROW EXCLUSIVE"}, ""),
    ),
    "op.drop_table('orders')": (LOSE, EXCLUSIVE, "drops table orders"),
    "op.drop_table(TABLE)": (LOSE, EXCLUSIVE, "drops table orders"),
    "op.drop_table(table_name='orders', schema='s')": (
        *(LOSE, {"s.orders": "ACCESS EXCLUSIVE"}, "drops table s.orders"),
    ),
    "op.rename_table('orders', 'sales')": (BAD, EXCLUSIVE, "renames table orders to sales"),
    "op.add_column('orders', sa.Column('note', sa.Text()))": (ADD, EXCLUSIVE, ""),
    "op.add_column('orders', sa.Column('note', app.Money(), nullable=True))": (ADD, EXCLUSIVE, ""),
    "op.add_column('orders', sa.Column('n', sa.Text(), nullable=False))": (
        *(BAD, EXCLUSIVE, "adds orders.n (NOT NULL without a server default)"),
    ),
    "op.add_column('orders', sa.Column('n', sa.Text(), nullable=maybe))": (
        *(BAD, EXCLUSIVE, "adds orders.n (NOT NULL without a server default)"),
    ),
    "op.add_column('orders', sa.Column('n', sa.Text(), nullable=False, server_default='x'))": (
        *(ADD, EXCLUSIVE, ""),
    ),
    "op.add_column('orders', sa.Column('n', sa.Text(), unique=True))": (
        *(BAD, EXCLUSIVE, "adds orders.n with a constraint"),
    ),
    "op.add_column('orders', sa.Column('c', sa.ForeignKey('customers.id')))": (
        *(ADD, {**EXCLUSIVE, "customers": "SHARE ROW EXCLUSIVE"}, ""),
    ),
    "op.add_column('orders', column)": (
        *(BAD, EXCLUSIVE, "adds a column to orders that the text does not tell"),
    ),
    "op.drop_column('orders', 'note')": (LOSE, EXCLUSIVE, "drops column orders.note"),
    "op.alter_column('orders', 'n', type_=sa.Integer())": (
        *(LOSE, EXCLUSIVE, "changes the type of orders.n"),
    ),
    "op.alter_column('orders', 'n', type_=sa.String(20), existing_type=sa.String(50))": (
        *(LOSE, EXCLUSIVE, "changes the type of orders.n"),
    ),
    "op.alter_column('orders', 'n', type_=sa.String(length=90), existing_type=sa.String(50))": (
        *(ADD, EXCLUSIVE, ""),
    ),
    "op.alter_column('orders', 'n', type_=sa.Text(), existing_type=sa.VARCHAR(length=50))": (
        *(ADD, EXCLUSIVE, ""),
    ),
    "op.alter_column('orders', 'n', type_=sa.BigInteger, existing_type=sa.INTEGER())": (
        *(ADD, EXCLUSIVE, ""),
    ),
    "op.alter_column('orders', 'n', type_=sa.Integer, existing_type=sa.BIGINT())": (
        *(LOSE, EXCLUSIVE, "changes the type of orders.n"),
    ),
    "op.alter_column('orders', 'n', nullable=False)": (
        *(BAD, EXCLUSIVE, "allows no null in orders.n"),
    ),
    "op.alter_column('orders', 'n', nullable=True)": (ADD, EXCLUSIVE, ""),
    "op.alter_column('orders', 'n', server_default='x')": (ADD, EXCLUSIVE, ""),
    "op.alter_column('orders', 'n', server_default=None)": (
        *(BAD, EXCLUSIVE, "drops the default of orders.n"),
    ),
    "op.alter_column('orders', 'n', new_column_name='m')": (BAD, EXCLUSIVE, "renames orders.n"),
    "op.alter_column('orders', 'n', comment='x')": (
        *(ADD, {"orders": "SHARE UPDATE EXCLUSIVE"}, ""),
    ),
    "op.create_index('i', 'orders', ['n'])": (ADD, {"orders": "SHARE"}, ""),
    "op.create_index(op.f('i'), 'orders', ['n'], unique=False)": (ADD, {"orders": "SHARE"}, ""),
    "op.create_index('i', 'orders', ['n'], unique=True)": (
        *(BAD, {"orders": "SHARE"}, "adds a unique index to orders"),
    ),
    "op.create_index('i', 'orders', ['n'], postgresql_concurrently=True)": (
        {"additive", "outside"},
        {"orders": "SHARE UPDATE EXCLUSIVE"},
        "makes an index of orders concurrently",
    ),
    "op.drop_index('i')": (ADD, {"?": "ACCESS EXCLUSIVE"}, ""),
    "op.drop_index('i', table_name='orders')": (ADD, EXCLUSIVE, ""),
    "op.create_foreign_key('f', 'orders', 'customers', ['c'], ['id'])": (
        BAD,
        {"orders": "SHARE ROW EXCLUSIVE", "customers": "SHARE ROW EXCLUSIVE"},
        "adds a foreign key from orders to customers",
    ),
    "op.create_check_constraint('c', 'orders', 'n > 0')": (
        *(BAD, EXCLUSIVE, "adds a check constraint to orders"),
    ),
    "op.create_unique_constraint('u', 'orders', ['n'])": (
        *(BAD, EXCLUSIVE, "adds a unique constraint to orders"),
    ),
    "op.create_primary_key('p', 'orders', ['n'])": (
        *(BAD, EXCLUSIVE, "adds a primary key to orders"),
    ),
    "op.drop_constraint('u', 'orders', type_='unique')": (
        *(BAD, EXCLUSIVE, "drops constraint u of orders"),
    ),
    "op.drop_constraint('f', 'orders', type_='foreignkey')": (
        *(BAD, {**EXCLUSIVE, "?": "ACCESS EXCLUSIVE"}, "drops constraint f of orders"),
    ),
    "op.drop_constraint('c', 'orders', type_='check')": (ADD, EXCLUSIVE, ""),
    "op.create_table_comment('orders', 'x')": (ADD, {"orders": "SHARE UPDATE EXCLUSIVE"}, ""),
    "op.bulk_insert(orders, [{'id': 1}])": (WRITE, ROWS, "adds rows to orders"),
    "op.execute(orders.insert().values(id=1))": (WRITE, ROWS, "adds rows to orders"),
    "op.execute(orders.update().where(orders.c.id == 1).values(note='x'))": (
        *(WRITE, ROWS, "overwrites rows of orders"),
    ),
    "op.execute(sa.delete(orders).where(orders.c.id == 1))": (
        *({*LOSE, *WRITE}, ROWS, "deletes rows of orders"),
    ),
    "op.execute(statement)": (
        UNTOLD,
        {"?": "ACCESS EXCLUSIVE"},
        "runs SQL that the text does not tell: op.execute(statement)",
    ),
    "op.create_view('v')": (
        UNTOLD,
        {"?": "ACCESS EXCLUSIVE"},
        "calls op.create_view(), which is not an operation of Alembic",
    ),
    "op.drop_column(*where)": (
        UNTOLD,
        {"?": "ACCESS EXCLUSIVE"},
        "calls op.drop_column() with arguments that the text does not tell",
    ),
    "helper(op)": (
        *(UNTOLD, {"?": "ACCESS EXCLUSIVE"}, "calls helper(), which is not in this file"),
    ),
    "getattr(op, 'drop_' + 'table')('orders')": (
        UNTOLD,
        {"?": "ACCESS EXCLUSIVE"},
        "calls getattr(op, 'drop_' + 'table')(), which is not in this file",
    ),
    "f = op.drop_table\nf('orders')": (
        *(UNTOLD, {"?": "ACCESS EXCLUSIVE", **EXCLUSIVE}, "hands on op.drop_table"),
    ),
    "exec('x')": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}, "calls exec(), which is not in this file"),
}


@pytest.mark.parametrize("body", OPERATIONS)
def test_an_operation(body: str) -> None:
    wanted, held, reason = OPERATIONS[body]
    found = read(body)
    assert (flags(found), locks(found), found.reasons[:1]) == (
        *(wanted, held, (reason,) if reason else ()),
    )


SQL: dict[str, tuple[set[str], dict[str, str]]] = {
    "SELECT count(*) FROM orders": (ADD, {}),
    "SELECT remake_orders()": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}),
    "SET lock_timeout = '3s'": (ADD, {}),
    "CREATE TABLE t (id int REFERENCES orders (id))": (ADD, {"orders": "SHARE ROW EXCLUSIVE"}),
    "CREATE INDEX ON orders (n)": (ADD, {"orders": "SHARE"}),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.orders (n)": (
        {"additive", "outside"},
        {"public.orders": "SHARE UPDATE EXCLUSIVE"},
    ),
    "CREATE UNIQUE INDEX i ON orders (n)": (BAD, {"orders": "SHARE"}),
    "DROP INDEX i": (ADD, {"?": "ACCESS EXCLUSIVE"}),
    "COMMENT ON COLUMN orders.n IS 'DROP TABLE x; '": (
        ADD,
        {"orders": "SHARE UPDATE EXCLUSIVE"},
    ),
    "INSERT INTO orders VALUES (1)": (WRITE, ROWS),
    'UPDATE "orders" SET n = 1': (WRITE, ROWS),
    "DELETE FROM ONLY orders": ({*LOSE, *WRITE}, ROWS),
    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone": ({*LOSE, *WRITE}, ROWS),
    "TRUNCATE orders": ({*LOSE, *WRITE}, EXCLUSIVE),
    "DROP TABLE IF EXISTS orders CASCADE": (LOSE, EXCLUSIVE),
    "DROP TYPE mood": (LOSE, {}),
    "DROP VIEW v": (BAD, {}),
    "CREATE EXTENSION IF NOT EXISTS pgcrypto": (ADD, {}),
    "CREATE OR REPLACE FUNCTION f() RETURNS int AS $$ DROP TABLE x; $$ LANGUAGE sql": (BAD, {}),
    "DO $$ BEGIN DROP TABLE x; END $$": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}),
    "ALTER TYPE mood ADD VALUE 'sad'": (BAD, {}),
    "ALTER TABLE orders ADD COLUMN note text": (ADD, EXCLUSIVE),
    "ALTER TABLE orders ADD note text NOT NULL": (BAD, EXCLUSIVE),
    "ALTER TABLE orders ADD note text NOT NULL DEFAULT 'x'": (ADD, EXCLUSIVE),
    "ALTER TABLE orders ADD a int, DROP COLUMN b": (LOSE, EXCLUSIVE),
    "ALTER TABLE orders DROP b": (LOSE, EXCLUSIVE),
    "ALTER TABLE orders DROP CONSTRAINT c": (BAD, EXCLUSIVE),
    "ALTER TABLE orders ALTER COLUMN n TYPE bigint": (LOSE, EXCLUSIVE),
    "ALTER TABLE orders ALTER n DROP NOT NULL": (ADD, EXCLUSIVE),
    "ALTER TABLE orders ALTER n SET NOT NULL": (BAD, EXCLUSIVE),
    "ALTER TABLE orders MODIFY n int": (LOSE, EXCLUSIVE),
    "ALTER TABLE orders RENAME TO sales": (BAD, EXCLUSIVE),
    "ALTER TABLE orders VALIDATE CONSTRAINT c": (ADD, {"orders": "SHARE UPDATE EXCLUSIVE"}),
    "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES customers (id) NOT VALID": (
        BAD,
        {"orders": "SHARE ROW EXCLUSIVE", "customers": "SHARE ROW EXCLUSIVE"},
    ),
    "LOCK TABLE orders IN SHARE MODE": (ADD, {"orders": "SHARE"}),
    "LOCK TABLE orders IN NO SUCH MODE": (ADD, EXCLUSIVE),
    "COMMIT": ({"additive", "outside"}, {}),
    "VACUUM orders": ({"additive", "outside"}, {"orders": "SHARE UPDATE EXCLUSIVE"}),
    "/* one */ -- two\nINSERT INTO orders VALUES (';'); SELECT 1": (WRITE, ROWS),
    "SELECT 'a\\'' ; DELETE FROM orders; --'": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}),
    "GIBBERISH": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}),
    "EXPLAIN (ANALYZE) DELETE FROM orders": (UNTOLD, {"?": "ACCESS EXCLUSIVE"}),
}


@pytest.mark.parametrize("sql", SQL)
def test_sql(sql: str) -> None:
    found = read(f"op.execute({sql!r})")
    assert (flags(found), locks(found)) == SQL[sql]


BODIES: dict[str, tuple[set[str], tuple[str, ...], str]] = {
    "sql in sa.text": (LOSE, ("drops table orders",), "op.execute(sa.text('DROP TABLE orders'))"),
    "sql of a format": (WRITE, ("overwrites rows of orders",), "op.execute(f'UPDATE {TABLE} SET')"),
    "sql with a hole": (WRITE, ("overwrites rows of ?",), "op.execute(f'UPDATE {what} SET a = 1')"),
    "sql in a variable": (LOSE, ("drops table a",), "sql = 'DROP TABLE'\nop.execute(sql + ' a')"),
    "sql of a connection": (
        *({*LOSE, *WRITE}, ("deletes rows of orders",)),
        "bind = op.get_bind()\nbind.execute(sa.text('DELETE FROM orders WHERE id = :i'), {'i': 1})",
    ),
    "a result is read": (
        *(ADD, ()),
        (
            "for row in op.get_bind().execute(sa.text('SELECT id FROM orders')).fetchall():\n"
            "    print(row.id, len(row))"
        ),
    ),
    "the inspector": (
        *(ADD, ()),
        (
            "names = sa.inspect(op.get_bind()).get_table_names()\n"
            "if 'x' not in names:\n    op.create_index('i', 'orders', ['n'])"
        ),
    ),
    "a loop over a literal": (
        *(LOSE, ("drops table a", "drops table b")),
        "for name in ('a', 'b'):\n    op.drop_table(name)",
    ),
    "a loop over pairs": (
        *(LOSE, ("drops column a.x", "drops column b.y")),
        "for table, column in [('a', 'x'), ('b', 'y')]:\n    op.drop_column(table, column)",
    ),
    "a loop over anything": (
        *(LOSE, ("drops table ?",)),
        "for name in names():\n    op.drop_table(name)",
    ),
    "a batch": (
        *(LOSE, ("drops column orders.n", "adds a foreign key from orders to customers")),
        (
            "with op.batch_alter_table('orders', schema=None) as batch_op:\n"
            "    batch_op.add_column(sa.Column('m', sa.Integer()))\n"
            "    batch_op.drop_column('n')\n"
            "    batch_op.create_index('i', ['m'])\n"
            "    batch_op.create_foreign_key('f', 'customers', ['c'], ['id'])"
        ),
    ),
    "a function of the file": (
        *(LOSE, ("drops column orders.a", "drops column sales.a")),
        "drop('orders')\ndrop(table='sales')",
    ),
    "a function that is given op": (LOSE, ("drops table orders",), "handed(op, 'orders')"),
    "a function that returns": (LOSE, ("drops table orders_old",), "op.drop_table(old(TABLE))"),
    "a function that never ends": (ADD, (), "again()"),
    "a branch": (LOSE, ("drops table a",), "if sa.now():\n    op.drop_table('a')"),
    "the branch of this dialect": (
        *(ADD, ()),
        "if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('a')\n",
    ),
    "what follows the return of another dialect": (
        *(ADD, ()),
        (
            "name = op.get_context().dialect.name\n"
            "if name not in ('mysql', 'sqlite'):\n    return\n"
            "op.drop_table('a')"
        ),
    ),
    "what follows a possible return": (
        LOSE,
        ("drops table a",),
        "if x:\n  return\nop.drop_table('a')",
    ),
    "an except": (LOSE, ("drops table a",), "try:\n    pass\nexcept E:\n    op.drop_table('a')"),
    "a new table": (
        *({*ADD, *WRITE}, ("adds rows to t",)),
        (
            "t = op.create_table('t', sa.Column('a', sa.Text()))\nop.bulk_insert(t, [{}])\n"
            "op.create_unique_constraint('u', 't', ['a'])\n"
            "op.alter_column('t', 'a', nullable=False)"
        ),
    ),
    "ties of a column that old code leaves null": (
        *(ADD, ()),
        (
            "op.add_column('orders', sa.Column('p', sa.Integer()))\n"
            "op.create_foreign_key('f', 'orders', 'payers', ['p'], ['id'])\n"
            "op.create_unique_constraint('u', 'orders', ['p'])"
        ),
    ),
    "ties of a column that old code fills": (
        *(BAD, ("adds a unique constraint to orders",)),
        (
            "op.add_column('orders', sa.Column('p', sa.Integer(), server_default='1'))\n"
            "op.create_unique_constraint('u', 'orders', ['p'])"
        ),
    ),
    "a table that may be new": (
        *(LOSE, ("drops column t.a",)),
        "if x:\n    op.create_table('t')\nop.drop_column('t', 'a')",
    ),
    "a table that may be there": (
        *(LOSE, ("drops column t.a",)),
        "op.create_table('t', if_not_exists=True)\nop.drop_column('t', 'a')",
    ),
    "a session": (
        *(WRITE, ("adds rows through a session", "overwrites rows through a session")),
        "session = Session(bind=op.get_bind())\nsession.add(Order())\nsession.commit()",
    ),
    "a session that deletes": (
        *({*LOSE, *WRITE}, ("deletes rows through a session",)),
        "with Session(op.get_bind()) as s:\n    s.query(Order).filter_by(id=1).delete()",
    ),
    "an autocommit block": (
        *({"additive", "outside"}, ("leaves the transaction with autocommit_block()",)),
        "with op.get_context().autocommit_block():\n    op.create_index('i', 'orders', ['n'])",
    ),
    "a type": (
        *(BAD, ("drops a Enum",)),
        "kind = sa.Enum('a', name='kind')\nkind.create(op.get_bind())\nkind.drop(op.get_bind())",
    ),
    "known libraries": (
        *(ADD, ()),
        (
            "import datetime, logging, uuid\nlogging.getLogger(__name__).info('x')\n"
            "print(datetime.datetime.now(), uuid.uuid4().hex)"
        ),
    ),
    "an unknown library": (
        *(UNTOLD, ("calls subprocess.run(), which is not in this file",)),
        "import subprocess\nsubprocess.run(['x'])",
    ),
    "a query of an unknown model": (
        *(UNTOLD, ("calls Order.query.filter_by().update(), which is not in this file",)),
        "from app import Order\nOrder.query.filter_by().update({})",
    ),
    "a text that never ends": (
        *(UNTOLD, ("runs SQL that is not known: ?",)),
        "x = 'a' * 9\nfor i in (1, 2, 3, 4, 5, 6, 7, 8) * 9:\n    x += x\n"
        "y = 'a'\nfor i in " + repr(list(range(90))) + ":\n    y = f'{y}{y}'\nop.execute(y)",
    ),
    "sql of a method": (
        *(WRITE, ("overwrites rows of a", "overwrites rows of ?")),
        "op.execute('UPDATE {} SET {x}'.format('a'))\nop.execute('UPDATE {n:9} SET'.format(x=1))",
    ),
    "collections": (
        *(ADD, ()),
        "seen = set()\nseen.add(1)\nmore = {}\nmore.update(a=1)\n[].insert(0, 1)",
    ),
    "a shadowed op": (
        *(UNTOLD, ("calls op.drop_table(), which is not in this file",)),
        "op = other\nop.drop_table('a')",
    ),
}
MORE = """
class Order:
    pass

def drop(table):
    op.drop_column(table, "a")

def handed(operations, name):
    operations.drop_table(name)

def old(name):
    return name + "_old"

def again():
    again()

def names():
    return [each for each in something]
"""


@pytest.mark.parametrize("name", BODIES)
def test_a_body(name: str) -> None:
    wanted, reasons, body = BODIES[name]
    found = read(body, more=MORE)
    assert (flags(found), found.reasons) == (wanted, reasons)


def test_other_dialects() -> None:
    body = "op.drop_column('orders', 'note')"
    assert read(body, "mariadb").transactional is False
    assert read(body, "mysql+pymysql").locks == (TableLock("orders", "metadata lock (exclusive)"),)
    assert read("op.execute('UPDATE orders SET a = 1')", "mysql").transactional
    assert not read(body, "sqlite").transactional
    assert read("op.execute('UPDATE orders SET a = 1')", "sqlite").transactional
    assert read(body, "sqlite").locks == (TableLock("orders", "whole database"),)


def test_which_branch_a_maria_takes_is_not_known() -> None:
    assert read(
        "if op.get_bind().dialect.name == 'mysql':\n    op.drop_table('a')", "mysql"
    ).destructive
    assert read(
        "if op.get_bind().dialect.name != 'mysql':\n    op.drop_table('a')", "mysql"
    ).destructive
    told = read("if op.get_bind().dialect.name == 'sqlite':\n    op.drop_table('a')", "mysql")
    assert not told.destructive


@pytest.mark.parametrize(
    "text",
    [
        "def upgrade(:\n",
        "revision = '1'\n",
        "from elsewhere import upgrade\n",
        "upgrade = other\n",
        "@decorated\ndef upgrade():\n    pass\n",
        "def upgrade():\n" + "".join("  " * d + " for a in [1,2,3,4,5,6]:\n" for d in range(9))
        + "  " * 9 + " pass\n",
        "def upgrade():\n    " + "(" * 3000 + "\n",
        "def upgrade():\n    x = " + "-" * 3000 + "1\n",
        "\0",
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_the_worst(text: str) -> None:
    found = effects(text.encode(), "postgresql")
    assert flags(found) == UNTOLD
    assert len(found.reasons) == 1


@given(st.binary() | st.text().map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes(content: bytes) -> None:
    effects(content, "postgresql")


PARTS = [*"'\"$;-*/\\ \n(,)", "ALTER TABLE a ", "DROP ", "ADD ", "DO ", "SELECT ", "CREATE INDEX "]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_sql(sql: str) -> None:
    read(f"op.execute({sql!r})")
