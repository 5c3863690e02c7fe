"""`safeguards verify` on the real production: engine, Compose, PostgreSQL, FastAPI, Alembic."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from tests.support.production import BACKEND, DATABASE_PASSWORD, DB, TOKEN, Production
from tests.support.shell import sh

pytestmark = pytest.mark.docker

HEALTHY = """\
Check 1: Containers [OK]
Check 2: Migrations [OK] (018 matches head)
Check 3: API endpoints [OK]
  - /health: 200
  - /api/v1/projects: 401 (expected - auth required)
  - /api/v1/contacts: 200
Check 4: Record counts [OK]
  - Projects: 2
  - Organizations: 2
  - Contacts: 1
PRODUCTION HEALTH CHECK PASSED
"""


def verify(production: Production, *argv: str, **env: str) -> tuple[int, str]:
    """Exit code and standard output; nothing secret and no traceback is anywhere."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "verify", "--no-journal", *argv],
        cwd=production.folder,
        env={**production.env, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout + done.stderr
    assert DATABASE_PASSWORD not in said
    assert TOKEN not in said
    assert "Traceback" not in said
    return done.returncode, done.stdout


def statuses(production: Production, *argv: str) -> tuple[int, dict[str, str]]:
    code, out = verify(production, "--format", "json", *argv)
    document: dict[str, Any] = json.loads(out)
    assert document["exit_code"] == code
    for item in (item for check in document["checks"] for item in check["items"]):
        if item["status"] in {"fail", "unknown"}:
            assert all((item["observed"], item["expected"], item["next"])), item
    return code, {check["name"]: check["status"] for check in document["checks"]}


def next_command(out: str) -> str:
    """The command that the text advises last."""
    return re.findall(r"^      next: (.+)$", out, re.MULTILINE)[-1]


def type_in(production: Production, command: str) -> str:
    """What a person reads who types the command in the checkout."""
    return sh("sh", "-c", command, cwd=production.folder, env=production.env)


def test_a_healthy_production_passes(production: Production) -> None:
    assert verify(production) == (0, HEALTHY)


def test_a_stopped_backend_leaves_stages_2_and_4_their_answer(production: Production) -> None:
    with production.stopped(BACKEND):
        code, out = verify(production, "--quick")
        assert code == 1
        assert "Check 1: Containers [FAIL]\n" in out
        assert f"docker compose -p {production.project} start {BACKEND}\n" in out
        assert "Check 2: Migrations [OK] (018 matches head)\nCheck 3: Skipped\n" in out
        assert "Check 4: Record counts [OK]\n" in out
        assert statuses(production) == (
            99,
            {"containers": "fail", "migrations": "ok", "api": "fail", "records": "ok"},
        )


def test_a_database_one_revision_back(production: Production) -> None:
    with production.stamped("017"):
        code, out = verify(production)
    assert code == 2
    assert "  - database: 017, 1 revision not applied: 018" in out
    assert f"exec -T -w /srv {BACKEND} alembic upgrade head\n" in out


def test_the_next_command_repairs_the_database(production: Production) -> None:
    with production.stamped("017"):
        # The column of 018 is there already, since only the stamp went back.
        production.sql("ALTER TABLE contacts DROP COLUMN IF EXISTS billing_organization_id")
        type_in(production, next_command(verify(production, "--quick")[1]))
        assert verify(production, "--quick")[0] == 0


def test_a_route_that_answers_500(production: Production) -> None:
    with production.answering_500() as route:
        code, out = verify(production)
    assert code == 3
    assert f"  - {route}: 500, the server failed\n" in out


def test_an_emptied_table(production: Production) -> None:
    with production.emptied("projects"):
        code, out = verify(production)
        counted = type_in(production, next_command(out))
    assert code == 4
    assert "  - Projects: 0, the table is empty\n" in out
    assert re.search(r"^ +0$", counted, re.MULTILINE), counted


def test_two_breakages_together(production: Production) -> None:
    with production.stamped("017"), production.emptied("projects"):
        assert verify(production)[0] == 99


def test_a_stopped_database(production: Production) -> None:
    with production.stopped(DB):
        code, found = statuses(production, "--quick")
        _, out = verify(production, "--quick")
    assert (code, found["containers"]) == (99, "fail")
    assert (found["migrations"], found["records"]) == ("unknown", "unknown")
    assert "      observed: nothing; expected: 018\n" in out
    assert next_command(out).startswith(f"docker compose -p {production.project} exec -T {DB} ")


def test_a_frozen_backend(production: Production) -> None:
    with production.paused(BACKEND):
        code, out = verify(production)
    assert code == 99
    assert "paused, it is paused\n" in out
    assert out.count("no answer within 5 s") == 3
    assert "Check 4: Record counts [OK]\n" in out


def test_an_image_without_the_migration_that_the_database_has(production: Production) -> None:
    backend = production.container(BACKEND)
    listed = production.in_backend("sh", "-c", "ls /srv/migrations/versions/018*.py").strip()
    production.engine.docker("exec", "-u", "0", backend, "mv", listed, "/tmp/kept.py")
    try:
        code, out = verify(production)
    finally:
        production.engine.docker("exec", "-u", "0", backend, "mv", "/tmp/kept.py", listed)
    assert code == 2
    assert f"the image of {BACKEND} does not know 018; the checkout does" in out
    assert "  - checkout: warning: 018" in out


def test_heads_that_cannot_be_read_are_asked_of_alembic_inside(production: Production) -> None:
    backend = production.container(BACKEND)
    odd = "/srv/migrations/versions/zz_odd.py"
    script = f"printf 'revision = str(19)\\ndown_revision = \"018\"\\n' > {odd}"
    production.engine.docker("exec", "-u", "0", backend, "sh", "-c", script)
    try:
        code, out = verify(production)
    finally:
        production.engine.docker("exec", "-u", "0", backend, "rm", odd)
    assert code == 2
    assert "observed: 018; expected: 19" in out


def test_names_of_containers_are_accepted_for_services(production: Production) -> None:
    config = production.folder / "safeguards.toml"
    text = config.read_text()
    name = production.engine.docker(
        "inspect", "-f", "{{.Name}}", production.container(BACKEND)
    ).strip()[1:]
    try:
        config.write_text(text.replace(f'"{BACKEND}"', f'"{name}"'))
        assert verify(production) == (0, HEALTHY)
    finally:
        config.write_text(text)


def test_a_container_that_does_not_exist(production: Production) -> None:
    config = production.folder / "safeguards.toml"
    text = config.read_text()
    try:
        config.write_text(text.replace('"npd-db", ', '"npd-db", "npd-worker", '))
        code, out = verify(production)
    finally:
        config.write_text(text)
    assert code == 1
    assert "  - npd-worker: missing, there is no container of this name\n" in out


def test_tables_that_do_not_exist_or_have_odd_names(production: Production) -> None:
    config = production.folder / "safeguards.toml"
    text = config.read_text()
    production.sql('create table "we""ird; drop" as select 1; create schema audit')
    production.sql("create table audit.events as select 1")
    try:
        config.write_text(f'{text}nope = 1\n\'we"ird; drop\' = 1\n"audit.events" = 1\n')
        code, out = verify(production)
    finally:
        config.write_text(text)
        production.sql('drop table "we""ird; drop"; drop schema audit cascade')
    assert code == 4
    assert '  - Nope: not counted, relation "nope" does not exist\n' in out
    assert '  - We"ird; drop: 1\n  - Audit.events: 1\n' in out
    assert "  - Projects: 2\n" in out


def test_a_url_that_nobody_answers_falls_back_to_the_container(production: Production) -> None:
    config = production.folder / "safeguards.toml"
    text = config.read_text()
    try:
        url = '[targets.production.database]\nurl = "env:NPD_TEST_URL"'
        config.write_text(text.replace("[targets.production.database]", url))
        away = "postgresql://npd:nobody-canary@127.0.0.1:1/npd"
        assert verify(production, NPD_TEST_URL=away) == (0, HEALTHY)
        assert verify(production) == (0, HEALTHY)
    finally:
        config.write_text(text)


def test_an_engine_that_is_not_there(production: Production) -> None:
    code, out = verify(production, DOCKER_HOST="unix:///nowhere/docker.sock")
    assert code == 99
    assert out.count("there is no Docker socket at unix:///nowhere/docker.sock") >= 3
    assert "Check 3: API endpoints [OK]\n" in out


def test_nothing_is_left_behind_in_the_containers(production: Production) -> None:
    before = production.engine.docker("ps", "--all", "--quiet")
    sessions = "select count(*) from pg_stat_activity where application_name = 'safeguards'"
    verify(production)
    assert production.engine.docker("ps", "--all", "--quiet") == before
    assert production.sql(sessions) == "0\n"
