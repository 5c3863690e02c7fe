"""The toy as plain processes of this machine, with a PostgreSQL server of its own."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres
from tests.support.postgres import PostgresServer, free_port
from tests.support.shell import sh

from benchmarks.syncs import control
from benchmarks.syncs.production import NOBODY, OURS, Serving, answer, kill

SETTINGS = """\
[push]
branches = ["main"]

[migrations]
config = "alembic.ini"

[targets.production]
runtime = "command"
restart-on = ["shop/**", "migrations/**"]

[targets.production.command]
start = {start}
stop = {stop}
status = {status}
build = ["python", "-m", "compileall", "-q", "shop"]
trial = ["python", "-m", "shop.web"]

[targets.production.sync]
lock-wait = 60
statement-timeout = 60
health-timeout = 8

[targets.production.database]
url = "env:DRILL_DATABASE_URL"

[targets.production.api]
base-url = "http://127.0.0.1:{port}"
endpoints = ["/health", "/items"]

[targets.production.records]
items = 1
ledger = 0
"""


class CommandProduction:
    """One process, started and stopped by `control.py`, and one database."""

    name = "command"
    has_engine = False

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self.folder = folder
        self.port = free_port()
        self.server = server
        self.database = server.create_database()

    @property
    def files(self) -> Mapping[str, str]:
        """The configuration."""
        verbs = {verb: json.dumps(self._control(verb)) for verb in ("start", "stop", "status")}
        return {"safeguards.toml": SETTINGS.format(port=self.port, **verbs)}

    @property
    def environment(self) -> Mapping[str, str]:
        """Where the toy finds its lock, its port and its database."""
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DRILL_FOLDER": str(self.folder),
            "DRILL_PORT": str(self.port),
            "DRILL_DATABASE_URL": self.server.url(self.database),
        }

    def serving(self) -> Serving:
        """Who has the port, and that it is the process that the lock names, in its release."""
        status, told = answer(f"http://127.0.0.1:{self.port}/health")
        if not status:
            return NOBODY
        serial, pid = int(str(told["serial"])), int(str(told["pid"]))
        error = "" if status == 200 else f"{status}: {told.get('error')}"
        if pid != self._pid():
            error = f"process {pid} has the port, and {self._pid()} should"
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/cwd/shop/models.py").read_text()
            if f"SERIAL = {serial}\n" not in text:
                error = f"process {pid} says that it is {serial}, and its release is another"
        return Serving(serial, str(pid), error)

    def sql(self, statement: str) -> str:
        """By psql."""
        return self.server.sql(statement, database=self.database)

    def belongs(self, pid: int) -> bool:
        """The process that the lock names."""
        return pid == self._pid()

    def left(self) -> list[str]:
        """Nothing: releases are one folder each, and processes are looked for by their mark."""
        return []

    def crash_database(self) -> None:
        """The server goes without shutting down."""
        self.server.crash()

    def start_database(self) -> None:
        """The server recovers."""
        self.server.start()

    def kill_backend(self) -> bool:
        """The server ends all other sessions then, and recovers."""
        pids = self.sql(f"select pid from pg_stat_activity where {OURS} order by random()").split()
        return bool(pids) and kill(int(pids[0]))

    def cut_engine(self) -> bool:
        """There is none."""
        return False

    def stop(self) -> None:
        """End the process."""
        sh(*self._control("stop"), env=self.environment)

    def _pid(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return int((self.folder / "running").read_text())
        return 0

    def _control(self, verb: str) -> list[str]:
        return [sys.executable, "-I", "-S", control.__file__, verb]


@contextmanager
def running(folder: Path) -> Iterator[CommandProduction]:
    """A server, and a production in it that nothing was deployed to yet."""
    with postgres.running() as server:
        production = CommandProduction(folder, server)
        try:
            yield production
        finally:
            production.stop()
