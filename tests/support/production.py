"""The example of `examples/npd` as a real production: containers, schema, rows, and breakages.

Every breakage is a context manager that puts things right again, so tests can nest them and
share one production.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.support.engine import Engine, new_project_name
from tests.support.images import app_wheels, base_image, postgres_image
from tests.support.postgres import free_port
from tests.support.shell import ROOT, CommandFailedError, sh

EXAMPLE = ROOT / "examples" / "npd"
DB, BACKEND = "npd-db", "npd-backend"
HEAD = "018"
TABLES = ("contacts", "projects", "organizations")
DATABASE_PASSWORD = "db-canary-8c1f"
TOKEN = "token-canary-51d0"
HEALTHY_SECONDS = 60


class Production(msgspec.Struct, frozen=True):
    """A running Compose project; `folder` is its checkout with `safeguards.toml`."""

    engine: Engine
    folder: Path
    project: str
    port: int

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a command that works on this production from `folder`."""
        return self.engine.env

    def compose(self, *argv: str, timeout: float = 120, stdin: str = "") -> str:
        """Run `docker compose …` on this project."""
        command = ("docker", "compose", *argv)
        return sh(*command, timeout=timeout, cwd=self.folder, env=self.env, stdin=stdin)

    def container(self, service: str) -> str:
        """The id of the service's container, running or not."""
        return self.compose("ps", "--all", "--quiet", service).strip()

    def sql(self, statement: str) -> str:
        """Run SQL inside the database container; rows are lines, columns split by `|`."""
        psql = ("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "npd", "-d", "npd", "-f", "-")
        return self.engine.docker("exec", "-i", self.container(DB), *psql, stdin=statement)

    def in_backend(self, *argv: str) -> str:
        """Run a command in the application's container."""
        return self.engine.docker("exec", self.container(BACKEND), *argv)

    def status(self, path: str, timeout: float = 5) -> int | None:
        """The HTTP status that the API answers, or None when it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.base_url}{path}", timeout=timeout) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (TimeoutError, OSError):
            return None

    def check_healthy(self) -> None:
        """Wait until containers run, the schema is at head, the API answers and rows are there."""
        deadline = time.monotonic() + HEALTHY_SECONDS
        while problems := self._problems():
            if time.monotonic() > deadline:
                logs = self.compose("logs", "--no-color", "--tail", "50")
                raise AssertionError(f"the production is not healthy: {problems}\n{logs}")
            time.sleep(0.2)

    @contextmanager
    def stopped(self, service: str = BACKEND) -> Iterator[None]:
        """The service's container is stopped inside."""
        container = self.container(service)
        self.engine.docker("stop", "--time", "1", container)
        try:
            yield
        finally:
            self.engine.docker("start", container)
            self.check_healthy()

    @contextmanager
    def paused(self, service: str = BACKEND) -> Iterator[None]:
        """The service's processes are frozen inside: connections are accepted, nothing answers."""
        container = self.container(service)
        self.engine.docker("pause", container)
        try:
            yield
        finally:
            self.engine.docker("unpause", container)
            self.check_healthy()

    @contextmanager
    def stamped(self, revision: str = "017") -> Iterator[None]:
        """The database says that it is at another revision inside."""
        self.sql(f"UPDATE alembic_version SET version_num = '{revision}'")
        try:
            yield
        finally:
            self.sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")

    @contextmanager
    def answering_500(self) -> Iterator[str]:
        """Somebody renamed a column by hand: the route that is yielded answers 500 inside."""
        self.sql("ALTER TABLE contacts RENAME COLUMN name TO full_name")
        try:
            yield "/api/v1/contacts"
        finally:
            self.sql("ALTER TABLE contacts RENAME COLUMN full_name TO name")

    @contextmanager
    def emptied(self, table: str = "projects") -> Iterator[None]:
        """The table has no rows inside; nothing in the database may refer to them."""
        self.sql(f"CREATE TABLE saved AS TABLE {table}; DELETE FROM {table}")
        try:
            yield
        finally:
            self.sql(f"INSERT INTO {table} SELECT * FROM saved; DROP TABLE saved")

    def _problems(self) -> list[str]:
        """What is not as it should be, cheapest first; empty when all is well."""
        states = self.states()
        if states != {DB: "running", BACKEND: "running"}:
            return [f"containers: {states}"]
        waiting = [each for each in self._listed() if each["Health"] not in {"", "healthy"}]
        if waiting:
            return [f"{each['Service']} is {each['Health']}" for each in waiting]
        if (status := self.status("/health")) != 200:
            return [f"/health: {status}"]
        counts = " + ".join(f"(SELECT least(count(*), 1) FROM {table})" for table in TABLES)
        facts = self.sql(f"SELECT version_num, {counts} FROM alembic_version").strip()
        return [] if facts == f"{HEAD}|{len(TABLES)}" else [f"version|tables with rows: {facts}"]

    def states(self) -> dict[str, str]:
        """The engine's state word of each service."""
        return {each["Service"]: each["State"] for each in self._listed()}

    def _listed(self) -> list[dict[str, str]]:
        """What Compose lists of each service."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return [json.loads(line) for line in lines if line.strip()]


@contextmanager
def brought_up(engine: Engine) -> Iterator[Production]:
    """The example under a project name and port of its own: built, up, migrated, seeded.

    Removed at the end with its volumes and image. Raises `Unavailable` where an image or the
    wheels cannot be had.
    """
    parent = Path(tempfile.mkdtemp(prefix="safeguards-npd-"))
    production = Production(
        engine=engine,
        folder=parent / "npd",
        project=new_project_name(),
        port=free_port(),
    )
    try:
        _copy_example(production)
        production.compose("up", "--detach", "--build", "--wait", timeout=300)
        production.in_backend("alembic", "upgrade", "head")
        production.in_backend("python", "-m", "app.seed")
        production.check_healthy()
        yield production
    finally:
        if (production.folder / ".env").exists():
            _take_down(production)
        shutil.rmtree(parent)


def _copy_example(production: Production) -> None:
    """The example with its wheels, variables, project name and port; no file of it is generated."""
    folder = production.folder
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.whl"))
    wheels = app_wheels(EXAMPLE / "backend" / "requirements.txt")
    for wheel in wheels.glob("*.whl"):
        shutil.copy(wheel, folder / "backend" / "wheels")
    config = folder / "safeguards.toml"
    text = config.read_text()
    text = _replaced(text, 'project = "npd"', f'project = "{production.project}"')
    config.write_text(_replaced(text, "http://127.0.0.1:8000", production.base_url))
    variables = {
        "COMPOSE_PROJECT_NAME": production.project,
        "NPD_PORT": str(production.port),
        "NPD_DB_PASSWORD": DATABASE_PASSWORD,
        "NPD_TOKEN": TOKEN,
        "NPD_BASE_IMAGE": base_image(production.engine),
        "NPD_POSTGRES_IMAGE": postgres_image(production.engine),
        "NPD_PIP_NO_INDEX": "1",
    }
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"examples/npd/safeguards.toml no longer says {old} once"
    return text.replace(old, new)


def _take_down(production: Production) -> None:
    """Remove the project and the images that syncs named; one that never came up left none."""
    try:
        production.compose("down", "--volumes", "--rmi", "local", "--timeout", "1")
        listed = ("images", "--format", "{{.Repository}}:{{.Tag}}")
        chosen = ("--filter", f"reference={production.project}-*")
        if names := production.engine.docker(*listed, *chosen).split():
            production.engine.docker("rmi", *names)
    except CommandFailedError as error:
        raise AssertionError(f"{production.project} was left behind: {error}") from error
