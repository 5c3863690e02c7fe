"""SG206 against the real thing: PostgreSQL refuses a revision id when it is written down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.histories import found, rules, text

pytestmark = pytest.mark.postgres

ENV = """\
import os

import sqlalchemy as sa
from alembic import context

engine = sa.create_engine(os.environ["DATABASE"].replace("postgresql://", "postgresql+psycopg://"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
LONG = "x" * 40
WIDEN = "import sqlalchemy as sa\nfrom alembic import op\n"
WIDER = "    op.alter_column('alembic_version', 'version_num', type_=sa.String(64))\n"


def widening(name: str, down: str | None) -> str:
    return WIDEN + text(name, down).replace("    pass\n", WIDER, 1)


CASES = {
    "32-characters": ({"1.py": text("x" * 32)}, True),
    "40-characters": ({"1.py": text(LONG)}, False),
    "widened-before": ({"1.py": widening("1", None), "2.py": text(LONG, "1")}, True),
    "widened-by-itself": ({"1.py": text("1"), "2.py": widening(LONG, "1")}, True),
    "widened-too-late": ({"1.py": text(LONG), "2.py": widening("2", LONG)}, False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_database_takes(name: str, database: str, tmp_path: Path) -> None:
    files, right = CASES[name]
    files = {f"m/versions/{path}": content for path, content in files.items()}
    done = upgrade(tmp_path, files, database)
    assert (done.returncode == 0) is right, done.stderr
    assert right or "value too long for type character varying(32)" in done.stderr
    assert rules(found(files)) == (set() if right else {"SG206"})


def upgrade(top: Path, files: dict[str, str], database: str) -> subprocess.CompletedProcess[str]:
    for path, content in {"m/env.py": ENV, **files}.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(content)
    (top / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
    return subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=top,
        env={**os.environ, "DATABASE": database},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
