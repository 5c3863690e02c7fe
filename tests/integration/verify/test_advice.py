"""What `safeguards verify` says about each thing that is not well."""

from __future__ import annotations

import pytest
from tests.integration.verify.conftest import CANARY, Small
from tests.support.postgres import free_port

NEXT = {"observed", "next"}


def details(out: str) -> dict[str, set[str]]:
    """For each item with details, the words that these begin with."""
    found: dict[str, set[str]] = {}
    subject = ""
    for line in out.splitlines():
        if line.startswith("  - "):
            subject = line[4:].partition(":")[0]
        elif line.startswith("      "):
            found.setdefault(subject, set()).add(line.strip().partition(":")[0])
    return found


def test_what_fails_or_cannot_be_asked_has_observed_expected_and_the_next_command(
    small: Small,
) -> None:
    small.configure('status = ["test", "-e", "running"]', 'status = ["no-such-program"]')
    small.sql("delete from projects; drop table alembic_version")
    ended = small.verify("--quick")
    assert ended.code == 99
    assert "Check 1: Containers [UNKNOWN]" in ended.out
    assert "      observed: nothing; expected: running\n" in ended.out
    assert "      next: no-such-program\n" in ended.out
    shown = details(ended.out)
    assert set(shown) == {"production", "database", "Projects"}
    assert all(each >= NEXT for each in shown.values()), ended.out
    assert f"      next: sqlite3 {small.folder}/app.db 'select count(*) from (" in ended.out


def test_a_database_that_cannot_be_asked_has_them_too(small: Small) -> None:
    (small.folder / "app.db").unlink()
    ended = small.verify("--quick")
    assert "      observed: nothing; expected: 018\n" in ended.out
    shown = details(ended.out)
    assert set(shown) == {"database", "records"}
    assert all(each >= NEXT for each in shown.values()), ended.out
    command = f"sqlite3 {small.folder}/app.db 'select version_num from alembic_version'"
    actions = small.verify("--format", "json").document["next_actions"]
    assert {"command": command, "why": "ask the database by hand", "safe": True} in actions


def test_heads_that_nobody_tells_have_them_too(small: Small) -> None:
    small.configure('[migrations]\nconfig = "alembic.ini"\n', "")
    (small.folder / "alembic.ini").unlink()
    ended = small.verify("--quick")
    assert ended.code == 2
    assert details(ended.out)["heads"] >= NEXT, ended.out


def test_the_next_command_for_a_server_shows_no_password(small: Small) -> None:
    port = free_port()
    url = f"postgresql+asyncpg://shop:{CANARY}@127.0.0.1:{port}/shop"
    ended = small.verify("--quick", APP_DATABASE_URL=url)
    assert f"      next: psql -h 127.0.0.1 -p {port} -U shop -d shop -c 'select " in ended.out
    assert CANARY not in ended.out + ended.err


@pytest.mark.parametrize(("query", "code"), [("port=abc", 78), ("port=99999", 99)])
def test_a_port_that_is_none_is_no_bug(small: Small, query: str, code: int) -> None:
    url = f"postgresql://u:{CANARY}@/d?host=127.0.0.1&{query}"
    ended = small.verify("--quick", APP_DATABASE_URL=url)
    assert (ended.code, "a bug in" in ended.out + ended.err) == (code, False)
    assert CANARY not in ended.out + ended.err


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("unix:///no/docker.sock", "docker -H unix:///no/docker.sock ps --all"),
        ("env:ENGINE", 'docker -H "$ENGINE" ps --all'),
        ("file:engine", 'docker -H "$(cat engine)" ps --all'),
    ],
)
def test_the_next_command_is_about_the_engine_of_the_target(
    small: Small, host: str, client: str
) -> None:
    (small.folder / "engine").write_text("unix:///no/docker.sock\n")
    (small.folder / "docker.toml").write_text(
        f'[targets.production]\nruntime = "docker"\ncontainers = ["web"]\ndocker-host = "{host}"\n'
    )
    argv = ("--config", "docker.toml")
    ended = small.verify(*argv, ENGINE="unix:///no/docker.sock")
    assert ended.code == 1
    assert f"      next: {client}\n" in ended.out
