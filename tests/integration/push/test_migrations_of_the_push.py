"""The database is compared with the migrations of the pushed commit, not with what lies around."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tests.integration.git.kit import GitRepo
from tests.integration.push.conftest import World
from tests.integration.push.kit import SETTINGS, Clone
from tests.integration.push.test_post_receive import pusher, receiving

from safeguards.runs import Run

DATABASE = '\n[targets.production.database]\nurl = "sqlite:///{path}"\n'
ALEMBIC = "[alembic]\nscript_location = migrations\n"


def content(name: str, after: str | None) -> str:
    steps = "def upgrade(): pass\ndef downgrade(): pass\n"
    return f'revision = "{name}"\ndown_revision = {after!r}\n{steps}'


def revision(repo: GitRepo, name: str, after: str | None) -> None:
    repo.add(f"migrations/versions/{name}.py", content(name, after))


def migrated(path: Path, name: str) -> Path:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table alembic_version (version_num text)")
        connection.execute("insert into alembic_version values (?)", (name,))
    return path


ENV = """\
import sqlalchemy as sa
from alembic import context

with sa.create_engine("sqlite:///{path}").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def shop(world: World, database: Path, *, tracked: bool = True) -> Clone:
    """A clone whose pushed branch ends with revision 001."""
    clone = world.clone()
    described = SETTINGS.format(broken=clone.broken) + DATABASE.format(path=database)
    clone.add("safeguards.toml", described)
    clone.add(".gitignore", "" if tracked else "alembic.ini\n")
    (clone.add if tracked else clone.write)("alembic.ini", ALEMBIC)
    clone.add("migrations/env.py", ENV.format(path=database))
    revision(clone, "001", None)
    clone.commit("The first revision")
    # The gate sees no migrations without their settings, and would refuse a database that has some.
    done = clone.push("origin", "main", env={} if tracked else {"SAFEGUARDS_SKIP": "a test"})
    assert done.returncode == 0, done.stderr
    clone.settled()
    return clone


def told(run: Run) -> tuple[str, str]:
    (check,) = [check for check in run.checks if check.name == "migrations"]
    return check.status, " ".join(item.message for item in check.items)


def test_a_revision_that_is_not_in_the_commit_is_not_asked_for(file_world: World) -> None:
    clone = shop(file_world, migrated(file_world.folder / "live.db", "001"))
    clone.write("migrations/versions/002.py", content("002", "001"))
    clone.add("app.py", "1")
    clone.commit()
    clone.push("origin", "main")
    assert told(clone.settled()[0]) == ("ok", "")


def test_a_revision_of_the_commit_is_asked_for_when_another_branch_is_checked_out(
    file_world: World,
) -> None:
    clone = shop(file_world, migrated(file_world.folder / "live.db", "001"))
    clone.git("switch", "-q", "-c", "old")
    clone.git("switch", "-q", "main")
    revision(clone, "002", "001")
    clone.commit("The second revision")
    clone.git("switch", "-q", "old")
    clone.push("origin", "main")
    run = clone.settled()[0]
    assert (told(run), run.work and run.work.applied) == (("ok", ""), ("002",)), run.message


def test_a_server_without_a_work_tree_reads_the_commit(file_world: World) -> None:
    database = migrated(file_world.folder / "live.db", "001")
    described = SETTINGS.format(broken=file_world.folder / "broken")
    repo = pusher(file_world, described + DATABASE.format(path=database))
    server = receiving(file_world.remote())
    repo.add("alembic.ini", ALEMBIC)
    repo.add("migrations/env.py", ENV.format(path=database))
    revision(repo, "001", None)
    repo.commit("The first revision")
    done = repo.tries("push", "origin", "main")
    assert "remote: Check 2: Migrations [OK] (001 matches head)" in done.stderr, done.stderr
    assert "remote: main is at " in done.stderr
    revision(repo, "002", "001")
    repo.commit("The second revision")
    done = repo.tries("push", "origin", "main")
    assert "remote: Check 2: Migrations [OK] (002 matches head)" in done.stderr, done.stderr
    assert [told(run)[0] for run in server.settled()] == ["ok", "ok"]


def test_settings_of_alembic_that_no_commit_has_leave_it_to_the_checkout(file_world: World) -> None:
    clone = shop(file_world, migrated(file_world.folder / "live.db", "001"), tracked=False)
    assert told(clone.settled()[0]) == ("ok", "")
