from __future__ import annotations

import pytest

from safeguards.migrations.widths import UNLIMITED, widest


@pytest.mark.parametrize(
    ("code", "width"),
    [
        ("", 0),
        ("op.add_column('t', sa.Column('name', sa.String(255)))", 0),
        ("op.alter_column('alembic_version', 'version_num', type_=sa.String(64))", 64),
        ("op.alter_column('alembic_version', 'version_num',\n type_=String(length=128))", 128),
        ("op.execute('ALTER TABLE alembic_version ALTER version_num TYPE varchar(255)')", 255),
        ("op.execute('ALTER TABLE alembic_version MODIFY version_num VARCHAR (100)')", 100),
        ("op.execute('alter table x alter version_num type character varying(99)')", 99),
        ("op.execute('ALTER TABLE alembic_version ALTER version_num TYPE text')", UNLIMITED),
        ("op.alter_column('alembic_version', 'version_num', type_=sa.Text())", UNLIMITED),
        ("op.alter_column('alembic_version', 'version_num', type_=sa.String(WIDTH))", UNLIMITED),
        ("# version_num is String(32), make it String(64)?", 0),
        ("op.execute(text(\"UPDATE alembic_version SET version_num = '1'\"))", 0),
        ("Table('alembic_version', m, Column('version_num', String(60), nullable=False))", 60),
    ],
)
def test_how_wide_the_column_becomes(code: str, width: int) -> None:
    assert widest(code.encode()) == width
