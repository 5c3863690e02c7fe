"""`safeguards.alembic_lock` in the env.py that the manual shows, called by Alembic itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest
import sqlalchemy as sa
from tests.support.keepers import holder, keeper, polled
from tests.support.shell import ROOT, sh

from safeguards.sync.databases.names import TOKEN

HOLDS = "held by ada@laptop, for 1a2b3c4d, since 2026-11-29T01:02:03+00:00"
REVISION = '''\
"""{name}"""
import os
import pathlib
import time

import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = {parent!r}


def upgrade():
{body}    gate = pathlib.Path(os.environ.get("GATE", "nowhere"))
    if gate.exists():
        gate.with_suffix(".reached").touch()
    while gate.exists():
        time.sleep(0.02)


def downgrade():
    pass
'''
TABLE = '    op.create_table("t{name}", sa.Column("id", sa.Integer, primary_key=True))\n'
CONCURRENTLY = """\
    with op.get_context().autocommit_block():
        op.create_index("ix", "t001", ["id"], postgresql_concurrently=True)
"""


class Project(msgspec.Struct, frozen=True):
    """A folder with an alembic.ini for the database of a URL."""

    folder: Path
    url: str

    def revision(self, name: str, parent: str | None, body: str = TABLE) -> None:
        content = REVISION.format(name=name, parent=parent, body=body.format(name=name))
        (self.folder / "migrations" / "versions" / f"{name}.py").write_text(content)

    def start(self, *argv: str, **environ: str) -> Said:
        path = self.folder / f"said-{len(list(self.folder.glob('said-*')))}"
        with path.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "alembic", *argv],
                cwd=self.folder,
                env={**os.environ, **environ},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        return Said(process, path)

    def run(self, *argv: str, **environ: str) -> tuple[int, str]:
        started = self.start(*argv, **environ)
        return started.process.wait(60), started.text

    @property
    def applied(self) -> list[str]:
        """The rows of Alembic's table."""
        engine = sa.create_engine(of_driver(self.url), poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return []
            rows = connection.exec_driver_sql("select version_num from alembic_version")
            return [str(row[0]) for row in rows]


def of_driver(url: str) -> str:
    """The URL for a driver that is here."""
    return url.replace("postgresql://", "postgresql+psycopg://")


class Said(msgspec.Struct, frozen=True):
    """A process, and where it writes what it says."""

    process: subprocess.Popen[bytes]
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text()

    def says(self, words: str) -> None:
        """Return when it said so."""
        came(lambda: words in self.text or self.process.poll() is not None)
        assert words in self.text, self.text

    def ends_well(self) -> None:
        assert self.process.wait(60) == 0, self.text


def came(check: Callable[[], object], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture(
    params=[
        pytest.param("database", marks=pytest.mark.postgres),
        pytest.param("mysql_database", marks=pytest.mark.mariadb),
        "sqlite",
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'a.db'}"
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def project(url: str, tmp_path: Path) -> Project:
    return made(tmp_path, url)


def made(folder: Path, url: str) -> Project:
    manual = (ROOT / "docs" / "sync.md").read_text()
    shown = re.search(r"<!-- env\.py -->\n```python\n(.*?)```", manual, re.DOTALL)
    assert shown is not None
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text(shown[1])
    asked = of_driver(url).replace("%", "%%")
    (folder / "alembic.ini").write_text(
        f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {asked}\n"
    )
    project = Project(folder, url)
    project.revision("001", None)
    if url.startswith("sqlite"):
        (folder / "a.db").touch()
    return project


def patience(project: Project, seconds: float) -> None:
    path = project.folder / "migrations" / "env.py"
    wanted = f"migration_lock(connection, wait={seconds})"
    path.write_text(path.read_text().replace("migration_lock(connection)", wanted))


@contextmanager
def stopped_in_the_middle(project: Project) -> Iterator[Said]:
    """An upgrade that has the lock until the block ends."""
    gate = project.folder / "gate"
    gate.touch()
    started = project.start("upgrade", "head", GATE=str(gate))
    try:
        came(lambda: gate.with_suffix(".reached").exists() or started.process.poll() is not None)
        assert started.process.poll() is None, started.text
        yield started
    finally:
        gate.unlink()
        started.ends_well()


def test_an_upgrade_waits_for_a_sync_and_passes_when_nothing_is_to_be_done(
    project: Project, url: str
) -> None:
    sync = keeper(url).lock(holder("ada"))
    assert sync.take() is None
    waiting = project.start("upgrade", "head")
    waiting.says(f"waiting for {HOLDS.removeprefix('held by ')}")
    assert project.applied == []
    sync.release()
    waiting.ends_well()
    assert project.applied == ["001"]

    assert polled(sync) is None
    passing = project.start("upgrade", "head")
    passing.ends_well()
    project.revision("002", "001")
    patience(project, 0.5)
    code, said = project.run("upgrade", "head")
    assert code != 0
    assert f"FAILED: the lock of this production is {HOLDS} (0.5 s were waited)" in said
    assert "Traceback" not in said
    assert project.applied == ["001"]
    code, said = project.run("current")
    assert (code, "001" in said) == (0, True), said
    sync.release()


def test_a_sync_waits_for_an_upgrade_and_its_own_migrations_pass(
    project: Project, url: str
) -> None:
    ours = keeper(url)
    lock = ours.lock(holder("ada"))
    with stopped_in_the_middle(project):
        other = lock.take()
        assert other is not None
        assert other.who.endswith(" (alembic)")
        assert (other.host, other.commit) == (os.uname().nodename[:15], "")
    assert lock.take() is None
    asked = {"postgresql": "show lock_timeout", "mysql": "select @@lock_wait_timeout"}
    statement = asked.get(url.partition(":")[0].partition("+")[0], "select '2s'")
    body = f'    print("limit", op.get_bind().exec_driver_sql("{statement}").scalar())\n'
    project.revision("002", "001", body)
    argv = ours.migration_command(("upgrade", "head"), 2, 60, "x")
    token = {TOKEN: ours.migration_environment(2, 60, "x")[TOKEN]}
    done = sh(sys.executable, *argv[1:], cwd=project.folder, env={**os.environ, **token})
    assert "limit 2" in done  # the driver was told nothing by the environment
    assert project.applied == ["002"]
    assert lock.held()
    lock.release()

    project.revision("003", "002")
    patience(project, 0.5)
    other = keeper(url).lock(holder("bob"))
    assert polled(other) is None
    code, said = project.run("upgrade", "head", **token)
    assert code != 0
    assert "held by bob@laptop" in said
    assert project.applied == ["002"]
    other.release()


@pytest.mark.postgres
def test_an_index_is_made_concurrently_while_others_wait(database: str, tmp_path: Path) -> None:
    project = made(tmp_path, database)
    assert project.run("upgrade", "head")[0] == 0
    project.revision("002", "001", CONCURRENTLY)
    with psycopg.connect(database) as reader, keeper_waits(database) as waits:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("select * from t001")  # its snapshot is waited for until it is given up
        first = project.start("upgrade", "head")
        came(lambda: "create index concurrently" in active(database))
        second = project.start("upgrade", "head")
        second.says("waiting for ")
        assert waits()
        reader.rollback()
    first.ends_well()
    second.ends_well()
    assert keeper(database).broken() == ()
    assert "index CREATE INDEX ix ON" in " ".join(keeper(database).catalog())


@contextmanager
def keeper_waits(database: str) -> Iterator[Callable[[], bool]]:
    """Whether a sync's own lock finds it taken."""
    lock = keeper(database).lock(holder("bob"))
    yield lambda: lock.take() is not None
    lock.release()


def active(database: str) -> str:
    with psycopg.connect(database) as asked:
        rows = asked.execute("select lower(query) from pg_stat_activity where state = 'active'")
        return " ".join(row[0] for row in rows if "pg_stat_activity" not in row[0])
