"""A PostgreSQL server of this machine, fresh for a run, with a password over TCP."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

from tests.support import debian
from tests.support.shell import OUTER, sh

USER = "npd"
PASSWORD = "a-pass:w/ord@of tests"


class PostgresServer(msgspec.Struct, frozen=True):
    """Where the server answers; user and password are the owner's."""

    host: str
    port: int
    user: str
    password: str
    folder: Path

    def url(self, database: str, *, password: str | None = None) -> str:
        """A `postgresql://` URL of one database, with quoted credentials."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{self.user}:{secret}@{self.host}:{self.port}/{database}"

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run SQL through psql and return its rows, one per line, columns split by `|`."""
        return sh(
            *(_program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"),
            self.url(database),
            stdin=statement,
            env=OUTER,
        )

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"test_{os.urandom(6).hex()}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def restart(self) -> None:
        """Stop the server, ending every session, and start it again."""
        data = self.folder / "data"
        options = ("-l", self.folder / "log", "-m", "fast", "-w", "restart")
        _as_owner("pg_ctl", "-D", data, *options)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending the sessions in it."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def crash(self) -> None:
        """End all its processes at once; `start` recovers what was committed."""
        _as_owner("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop", ok=(0, 1))

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        listen = f"-p {self.port} -h {self.host} -k {self.folder}"
        options = f"{listen} -c fsync=off -c max_connections=60"
        log = self.folder / "log"
        _as_owner("pg_ctl", "-D", self.folder / "data", "-l", log, "-o", options, "-w", "start")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A fresh server on a free port; raises `Unavailable` where there is no PostgreSQL."""
    if not _programs():
        debian.install("postgres", {"a-server-of-postgresql": "postgresql"})
    folder = Path(tempfile.mkdtemp(prefix="safeguards-pg-"))
    server = PostgresServer("127.0.0.1", free_port(), USER, PASSWORD, folder)
    try:
        _initialise(server)
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder)


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _initialise(server: PostgresServer) -> None:
    folder = server.folder
    (folder / "password").write_text(server.password)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        shutil.chown(folder / "password", "postgres", "postgres")
    _as_owner(
        *("initdb", "-D", folder / "data", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        *("-U", server.user, "-A", "scram-sha-256", f"--pwfile={folder / 'password'}"),
    )
    server.start()


def _as_owner(program: str, *argv: str | Path, ok: tuple[int, ...] = (0,)) -> None:
    """Run a PostgreSQL program, as its own user where we are root: it refuses to be root."""
    drop = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
    prefix = drop if os.geteuid() == 0 else ()
    sh(*prefix, _program(program), *argv, cwd=Path("/"), env=OUTER, ok=ok)


def _program(name: str) -> str:
    return f"{_programs()}/{name}"


def _programs() -> str:
    """The folder with the programs of the newest PostgreSQL; empty when there is none."""
    debian_style = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    if debian_style:
        return str(debian_style[-1].parent)
    found = shutil.which("initdb", path=OUTER.get("PATH"))
    return str(Path(found).resolve().parent) if found else ""
