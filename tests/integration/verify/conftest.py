"""A small production without Docker: a command, a SQLite file, a real HTTP server."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.integration.verify import servers
from tests.integration.verify.databases import DIALECTS, Served, serving
from tests.support.shell import sh

CANARY = "canary-7f3e91"

CONFIG = """
[migrations]
config = "alembic.ini"

[targets.production]
runtime = "command"

[targets.production.command]
status = ["test", "-e", "running"]
start = ["touch", "running"]

[targets.production.database]
url = "env:APP_DATABASE_URL"

[targets.production.api]
base-url = "http://{place}"
timeout = 2
endpoints = ["/health", {{ path = "/secret", headers = {{ Authorization = "env:APP_TOKEN" }} }}]

[targets.production.records]
projects = 1
'we"ird' = 0
"""


class Ended(msgspec.Struct, frozen=True):
    """A finished `safeguards`."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Small(msgspec.Struct, frozen=True):
    """The checkout of a small production that is well until something is done to it."""

    folder: Path
    env: dict[str, str]

    def verify(self, *argv: str, **env: str) -> Ended:
        """Run `safeguards verify` in the checkout."""
        done = subprocess.run(
            [sys.executable, "-m", "safeguards", "verify", *argv],
            cwd=self.folder,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def sql(self, script: str) -> None:
        """Change the database."""
        with closing(sqlite3.connect(self.folder / "app.db")) as connection:
            connection.executescript(script)

    def configure(self, old: str, new: str) -> None:
        """Change one place of the configuration."""
        path = self.folder / "safeguards.toml"
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    def journal(self) -> list[Any]:
        """The runs in the journal, oldest first."""
        path = self.folder / ".git" / "safeguards" / "journal.db"
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "select document from records where kind = 'runs' order by at"
            ).fetchall()
        return [json.loads(row[0]) for row in rows]


@pytest.fixture
def small(tmp_path: Path, home: Path) -> Iterator[Small]:
    folder = tmp_path / "checkout"
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (versions / "017.py").write_text("revision: str = '017'\ndown_revision: str | None = None\n")
    (versions / "018.py").write_text(
        "'''Add phone'''\nrevision: str = '018'\ndown_revision: str | None = '017'\n"
    )
    (folder / "running").touch()
    sh("git", "init", "--quiet", cwd=folder)
    with servers.serving(servers.answering("200 OK")) as place:
        (folder / "safeguards.toml").write_text(CONFIG.format(place=place))
        env = dict(os.environ) | {
            "APP_DATABASE_URL": f"sqlite:///{folder}/app.db",
            "APP_TOKEN": f"Bearer {CANARY}",
        }
        made = Small(folder, env)
        made.sql(
            "create table alembic_version (version_num text);"
            "insert into alembic_version values ('018');"
            "create table projects (id integer); insert into projects values (1), (2);"
            'create table "we""ird" (id integer);'
        )
        yield made


@pytest.fixture(params=DIALECTS)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with serving(request, request.param, tmp_path) as database:
        yield database
