"""The production that is broken: the example's, with a worker, two replicas, more tables."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.images import base_image
from tests.support.production import BACKEND, DB, Production

from benchmarks.faults.front import Front

CONFIG = "faults.toml"
WORKER, PAIR = "npd-worker", "npd-pair"
WATCHER = "watcher"
LONGEST = 120
"""Seconds after which a `verify` counts as one that hangs."""

WAITS = "[ -p /tmp/end ] || mkfifo /tmp/end; read code </tmp/end; exit $code"
"""A worker: runs until somebody writes its exit code into the pipe."""

SCHEMA = f"""
CREATE TABLE events (id serial PRIMARY KEY, amount int, created_at timestamptz);
INSERT INTO events (amount, created_at) SELECT n, now() FROM generate_series(1, 100) n;
CREATE ROLE {WATCHER} LOGIN;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {WATCHER};
"""
DROP = f"DROP TABLE IF EXISTS events; DROP OWNED BY {WATCHER}; DROP ROLE {WATCHER}"

SETTINGS = """\
[migrations]
config = "backend/alembic.ini"

[targets.production]
runtime = "compose"
project = "{project}"
containers = ["npd-db", "npd-backend", "npd-worker", "npd-pair"]

[targets.production.database]
container = "npd-db"
user = "watcher"

[targets.production.alembic]
container = "npd-backend"
workdir = "/srv"

[targets.production.api]
base-url = "{base}"
timeout = 5
endpoints = [
    {{ path = "/health", max-ms = 3000, json = {{ status = "ok" }}, body-matches = "ok" }},
    "/api/v1/projects",
    {{ path = "/api/v1/contacts", max-ms = 3000 }},
]

[targets.production.records]
projects = 1
organizations = 1
contacts = 0
negative = {{ sql = "select count(*) from events where amount < 0", max = 0 }}

[targets.production.records.events]
min = 50
max = 1000
max-drop = "20%"
newest = {{ column = "created_at", within = "1h" }}
"""


class Said:
    """What a `verify` said: its exit code and its document, None where it printed none."""

    def __init__(self, code: int | None, out: str, err: str) -> None:
        self.code = code
        self.err = err
        self.document: dict[str, Any] | None = None
        with contextlib.suppress(ValueError):
            self.document = json.loads(out)

    @property
    def statuses(self) -> dict[str, str]:
        """The status of each stage."""
        return {each["name"]: each["status"] for each in self._checks()}

    def items(self, stage: str) -> list[dict[str, Any]]:
        """What was looked at in a stage."""
        return [item for each in self._checks() if each["name"] == stage for item in each["items"]]

    def _checks(self) -> list[dict[str, Any]]:
        return list(self.document["checks"]) if self.document else []


class World:
    """A production and what stands around it; `settings` are variables for `verify`."""

    def __init__(self, production: Production, front: Front, state: Path) -> None:
        self.production = production
        self.front = front
        self.settings: dict[str, str] = {}
        self._state = state
        self.image = base_image(production.engine)
        listed = {name: production.container(name) for name in (DB, BACKEND)}
        self.names = {name: self._name_of(container) for name, container in listed.items()}
        self.names[WORKER] = f"{production.project}-{WORKER}-1"
        self.configure(f"http://127.0.0.1:{front.port}")

    def configure(self, base: str) -> None:
        """Let the target's routes be asked there."""
        text = SETTINGS.format(project=self.production.project, base=base)
        (self.production.folder / CONFIG).write_text(text)

    def verify(self, *argv: str) -> Said:
        """One `verify`, a whole process, without a journal."""
        return self.run("verify", "--no-journal", "--format", "json", *argv)

    def run(self, verb: str, *argv: str) -> Said:
        """A verb of safeguards, a whole process; a code of None is one that had to be ended."""
        command = [sys.executable, "-m", "safeguards", verb, "--config", CONFIG, *argv]
        try:
            done = subprocess.run(
                command,
                cwd=self.production.folder,
                env=self.environment() | self.settings,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Said(None, "", "")
        return Said(done.returncode, done.stdout, done.stderr)

    def environment(self) -> dict[str, str]:
        """The variables of every `verify`."""
        return self.production.env | {"XDG_STATE_HOME": str(self._state)}

    def docker(self, *argv: str, stdin: str = "") -> str:
        """The engine, asked without us."""
        return self.production.engine.docker(*argv, stdin=stdin)

    def state(self, name: str) -> dict[str, Any]:
        """The engine's `State` of a container, empty when there is none."""
        try:
            shown = self.docker("inspect", "-f", "{{json .State}}", self.names.get(name, name))
        except AssertionError:
            return {}
        return dict(json.loads(shown))

    def is_in(self, name: str, *states: str) -> bool:
        """Whether the engine says that a container is in one of these states."""
        return self.state(name).get("Status", "missing") in states

    def sql(self, statement: str) -> str:
        """SQL as the superuser, by psql in the container."""
        psql = ("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "npd", "-d", "npd", "-f", "-")
        return self.docker("exec", "-i", self.names[DB], *psql, stdin=statement).strip()

    def watcher_may(self, statement: str) -> bool:
        """Whether the role that `verify` asks as gets an answer."""
        psql = ("psql", "-XqAt", "-U", WATCHER, "-d", "npd", "-c", statement)
        try:
            self.docker("exec", self.names[DB], *psql)
        except AssertionError:
            return False
        return True

    def status(self, path: str) -> int | None:
        """What the API itself answers, past the front."""
        return self.production.status(path)

    def worker(self, *options: str, script: str = WAITS, service: str = WORKER, number: int = 1,
               verb: str = "run") -> None:  # fmt: skip
        """Make a container of a service that Compose's labels name."""
        project = "com.docker.compose"
        labels = (f"{project}.project={self.production.project}", f"{project}.service={service}",
                  f"{project}.oneoff=False", f"{project}.container-number={number}")  # fmt: skip
        name = f"{self.production.project}-{service}-{number}"
        chosen = [part for label in labels for part in ("--label", label)]
        detach = ("--detach",) if verb == "run" else ()
        given = (verb, *detach, "--name", name, "--network", "none", *chosen, *options)
        self.docker(*given, self.image, "sh", "-c", script)

    def remove(self, service: str = WORKER, number: int = 1) -> None:
        """Remove such a container, if it is there."""
        with contextlib.suppress(AssertionError):
            self.docker("rm", "-f", f"{self.production.project}-{service}-{number}")

    @contextmanager
    def worker_as(self, *options: str, script: str = WAITS, verb: str = "run") -> Iterator[None]:
        """Another worker in place of the usual one."""
        self.remove()
        try:
            self.worker(*options, script=script, verb=verb)
            yield
        finally:
            self.remove()
            self.worker()

    def settle(self) -> None:
        """Until the application answers and the database is healthy; `AssertionError` if not."""
        deadline = time.monotonic() + 60
        wanted = {"/health": 200, "/api/v1/contacts": 200}
        while True:
            found: Mapping[str, int | None] = {path: self.status(path) for path in wanted}
            if found == wanted and self.state(DB)["Health"]["Status"] == "healthy":
                return
            assert time.monotonic() < deadline, f"production does not come back: {found}"
            time.sleep(0.1)

    def _name_of(self, container: str) -> str:
        return self.docker("inspect", "-f", "{{.Name}}", container).strip().lstrip("/")


@contextmanager
def opened(production: Production, state: Path) -> Iterator[World]:
    """All that the faults need, around a production that is up; taken away at the end.

    One verified run is in its journal, so that later ones have something to fall behind.
    """
    front = Front(production.port)
    world = World(production, front, state)
    try:
        world.sql(SCHEMA)
        world.worker()
        for number in (1, 2):
            world.worker(service=PAIR, number=number)
        world.settle()
        first = world.run("verify", "--format", "json", "--wait", "30")
        assert first.code == 0, f"a healthy production is blamed: {first.statuses} {first.err}"
        yield world
    finally:
        for service, number in ((WORKER, 1), (PAIR, 1), (PAIR, 2)):
            world.remove(service, number)
        world.sql(DROP)
        front.close()
        (production.folder / CONFIG).unlink()
