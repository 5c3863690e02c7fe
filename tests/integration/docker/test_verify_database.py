"""Stages 2 and 4 of `verify` by psql inside the database's container."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from tests.support.production import Production
from tests.support.shell import sh

pytestmark = pytest.mark.docker

HOSTILE = {
    "comments": ("select count(*) from projects; -- the ones", "ok"),
    "nothing": ("select id from projects where false", "unknown"),
    "several": ("select 1 union all select 2", "unknown"),
    "unlocked": ("select set_config('default_transaction_read_only', 'off', false)", "unknown"),
    "endless": ("select set_config('statement_timeout', '0', false)", "fail"),
    "written": ("select write_it()", "unknown"),
    "broken-out": ("select 1) as x; commit; delete from kept; select * from (select 1", "unknown"),
    "deleted": ("with x as (delete from kept returning 1) select count(*) from x", "unknown"),
    "last": ("select count(*) from kept", "ok"),
}
LEFT = """
create table kept (id int); insert into kept values (1), (1);
create function write_it() returns int language sql as 'insert into kept values (2) returning id';
alter table kept add constraint positive check (id > 0) not valid;
create index half on kept (id);
update pg_index set indisvalid = false where indexrelid = 'half'::regclass;
"""


def verify(production: Production) -> tuple[int, dict[str, Any]]:
    """Exit code, and all items of a verify without the API by their subject."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "verify", "--no-journal", "--quick", "--format=json"],
        cwd=production.folder,
        env=production.env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    checks = json.loads(done.stdout)["checks"]
    return done.returncode, {item["subject"]: item for each in checks for item in each["items"]}


def test_queries_that_would_write_and_what_is_left_half_done(production: Production) -> None:
    config = production.folder / "safeguards.toml"
    text = config.read_text()
    production.sql(LEFT)
    try:
        lines = [
            f"{name} = {{ sql = {json.dumps(sql)}, min = 1 }}" for name, (sql, _) in HOSTILE.items()
        ]
        config.write_text("\n".join([text, *lines, ""]))
        code, items = verify(production)
        assert code == 4
        found = {name: items[name.capitalize()]["status"] for name in HOSTILE}
        assert found == {name: status for name, (_, status) in HOSTILE.items()}
        assert "read-only" in items["Written"]["message"]
        assert "more than one statement" in items["Broken-out"]["message"]
        assert production.sql("select count(*) from kept") == "2\n"

        config.write_text(text)
        left = {"index public.half": "INVALID", "constraint positive": "NOT VALID"}
        code, items = verify(production)
        assert code == 0
        for subject, observed in left.items():
            assert (items[subject]["status"], items[subject]["observed"]) == ("warn", observed)
            command = items[subject]["next"]["command"]
            sh("sh", "-c", command, cwd=production.folder, env=production.env)
        code, items = verify(production)
        assert (code, left.keys() & items.keys()) == (0, set())
        assert items["database"]["measures"] == {"at_head": 1, "pending_revisions": 0}
    finally:
        config.write_text(text)
        production.sql("drop function write_it; drop table kept")


def test_a_checkout_that_is_behind_is_a_warning(production: Production) -> None:
    versions = production.folder / "backend" / "migrations" / "versions"
    (newest,) = versions.glob("018*.py")
    content = newest.read_bytes()
    newest.unlink()
    try:
        code, items = verify(production)
    finally:
        newest.write_bytes(content)
    assert (code, items["database"]["status"]) == (0, "ok")
    assert items["checkout"]["status"] == "warn"
    assert items["checkout"]["message"].startswith(
        "the checkout is older than the image of npd-backend, which has 018"
    )


def test_the_image_says_which_of_two_version_tables_is_meant(production: Production) -> None:
    production.sql("create table other_version (version_num text)")
    try:
        code, items = verify(production)
        assert (code, "version table" in items) == (0, False)
        assert items["database"]["observed"] == "018"
        production.sql(
            "drop table other_version; create schema app; set search_path = app;"
            "alter table public.alembic_version set schema app"
        )
        code, items = verify(production)
        assert (code, items["database"]["observed"]) == (0, "018")
    finally:
        production.sql(
            "alter table if exists app.alembic_version set schema public;"
            "drop schema if exists app; drop table if exists other_version"
        )
