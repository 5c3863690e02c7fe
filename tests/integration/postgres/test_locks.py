"""What we say of a revision's locks against what PostgreSQL holds before it commits, and what we
say of its transaction against what is left of it after a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from tests.support.postgres import PostgresServer

from safeguards.migrations.effects.revision import effects
from safeguards.migrations.effects.values import MODES

SCHEMA = """
CREATE TABLE customers (id int PRIMARY KEY, name varchar(50));
CREATE TABLE orders (id int PRIMARY KEY, note text DEFAULT 'x', n int, c int,
    CONSTRAINT positive CHECK (n > 0), CONSTRAINT numbered UNIQUE (n),
    CONSTRAINT of_customer FOREIGN KEY (c) REFERENCES customers (id));
CREATE TABLE notes (id int PRIMARY KEY, c int, body varchar(50));
ALTER TABLE notes ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
CREATE INDEX by_note ON orders (note);
INSERT INTO customers VALUES (1, 'a');
INSERT INTO orders VALUES (1, 'b', 1, 1);
"""

OPERATIONS = (
    "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True))",
    "op.create_table('t', sa.Column('o', sa.Integer, sa.ForeignKey('orders.id')))",
    "op.drop_table('notes')",
    "op.rename_table('notes', 'remarks')",
    "op.add_column('notes', sa.Column('more', sa.Text()))",
    "op.add_column('notes', sa.Column('o', sa.Integer, sa.ForeignKey('orders.id')))",
    "op.drop_column('notes', 'body')",
    "op.alter_column('notes', 'body', type_=sa.Text())",
    "op.alter_column('notes', 'body', nullable=False)",
    "op.alter_column('notes', 'body', server_default='x')",
    "op.alter_column('notes', 'body', new_column_name='text')",
    "op.alter_column('notes', 'body', comment='x')",
    "op.create_index('i', 'notes', ['body'])",
    "op.drop_index('by_note', table_name='orders')",
    "op.create_foreign_key('f', 'notes', 'customers', ['c'], ['id'])",
    "op.create_check_constraint('k', 'notes', 'id > 0')",
    "op.create_unique_constraint('u', 'notes', ['body'])",
    "op.drop_constraint('positive', 'orders', type_='check')",
    "op.drop_constraint('numbered', 'orders', type_='unique')",
    "op.create_table_comment('notes', 'x')",
    "op.bulk_insert(sa.table('notes', sa.column('id')), [{'id': 7}])",
    "op.execute('UPDATE notes SET body = NULL')",
    "op.execute('DELETE FROM notes')",
    "op.execute('TRUNCATE notes')",
    "op.execute('ALTER TABLE notes ADD COLUMN z int')",
    "op.execute('ALTER TABLE notes VALIDATE CONSTRAINT later')",
    "op.execute('ALTER TABLE notes ALTER body SET STATISTICS 50')",
    "op.execute('ALTER TABLE notes ADD FOREIGN KEY (c) REFERENCES customers (id)')",
    "op.execute('CREATE INDEX ON notes (body)')",
    "op.execute('COMMENT ON COLUMN notes.body IS NULL')",
    (
        "op.execute('CREATE TRIGGER t BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION"
        " suppress_redundant_updates_trigger()')"
    ),
    "op.execute('LOCK TABLE notes IN SHARE MODE')",
    "op.execute('REINDEX TABLE notes')",
    "with op.batch_alter_table('notes') as b:\n        b.add_column(sa.Column('q', sa.Integer))",
)

WEAK = {"ACCESS SHARE", "ROW SHARE"}
"""Only who takes the table for himself waits for these."""

TABLES = "SELECT oid, relname FROM pg_class WHERE relname IN ('customers', 'orders', 'notes')"
HELD = "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted"


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[sa.Engine]:
    name = postgres_server.create_database()
    url = postgres_server.url(name).replace("postgresql://", "postgresql+psycopg://")
    made = sa.create_engine(url)
    with made.begin() as connection:
        connection.exec_driver_sql(SCHEMA)
    yield made
    made.dispose()
    postgres_server.drop_database(name)


@pytest.mark.parametrize("body", OPERATIONS)
def test_the_locks_are_those_that_are_held(body: str, engine: sa.Engine) -> None:
    text = f"import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    {body}\n"
    held: dict[str, str] = {}
    with engine.connect() as connection:
        tables = dict(iter(connection.exec_driver_sql(TABLES)))
        with Operations.context(MigrationContext.configure(connection)):
            namespace: dict[str, Any] = {}
            exec(compile(text, "revision", "exec"), namespace)
            namespace["upgrade"]()
        for relation, mode in connection.exec_driver_sql(HELD):
            if relation in tables:
                table, word = tables[relation], spelled(mode)
                held[table] = max(held.get(table, MODES[0]), word, key=MODES.index)
        connection.rollback()
    said = {each.table: each.mode for each in effects(text.encode(), "postgresql").locks}
    assert said == {table: mode for table, mode in held.items() if mode not in WEAK}


def spelled(mode: str) -> str:
    """`ACCESS EXCLUSIVE` of `AccessExclusiveLock`."""
    letters = "".join(f" {c}" if c.isupper() else c for c in mode.removesuffix("Lock"))
    return letters.strip().upper()


FAILING = """
import sqlalchemy as sa
from alembic import op
revision = "1"
down_revision = None
def upgrade():
    {body}
    op.execute("SELECT * FROM nowhere")
"""
ENV = """
import os
import sqlalchemy as sa
from alembic import context
with sa.create_engine(os.environ["DATABASE"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
BODIES = {
    "schema": "op.create_table('t', sa.Column('id', sa.Integer))",
    "rows": "op.execute('INSERT INTO kept VALUES (1)')",
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_a_failed_revision_leaves(
    body: str, dialect: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    if dialect == "postgresql":
        name = postgres_server.create_database()
        url = postgres_server.url(name).replace("postgresql://", "postgresql+psycopg://")
    (tmp_path / "m/versions").mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
    (tmp_path / "m/env.py").write_text(ENV)
    text = FAILING.format(body=BODIES[body])
    (tmp_path / "m/versions/1.py").write_text(text)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id int)")
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "nowhere" in done.stderr
    with engine.connect() as connection:
        left = sa.inspect(connection).has_table("t")
        left = left or connection.exec_driver_sql("SELECT count(*) FROM kept").scalar_one() > 0
    engine.dispose()
    assert effects(text.encode(), dialect).transactional is not left
