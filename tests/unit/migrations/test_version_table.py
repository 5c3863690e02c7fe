from __future__ import annotations

import pytest

from safeguards.migrations.version_table import VersionTable, stated


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("context.configure(connection=c)", VersionTable()),
        ("context.configure(c, version_table='v')", VersionTable("v")),
        ("context.configure(version_table_schema='app')", VersionTable(schema="app")),
        ("T = 'v'\ndef run():\n    context.configure(version_table=T)", VersionTable("v")),
        (
            "context.configure(url=u, version_table='v')\ncontext.configure(version_table='v')",
            VersionTable("v"),
        ),
        ("context.configure(version_table_schema=None)", VersionTable()),
        ("context.configure(url=u)\ncontext.configure(version_table='v')", None),
        ("context.configure(**options)", None),
        ("context.configure(version_table=os.environ['T'])", None),
        ("context.configure(version_table_schema=target_metadata.schema)", None),
        ("T = f()\ncontext.configure(version_table=T)", None),
        ("run_migrations()", None),
        ("def broken(", None),
        ("context.configure(version_table=3)", None),
    ],
)
def test_only_what_the_text_tells(source: str, table: VersionTable | None) -> None:
    assert stated(source.encode()) == table
