"""A MariaDB server of this machine, fresh for a run, with a password over TCP."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

from tests.support import debian
from tests.support.postgres import free_port
from tests.support.shell import OUTER, CommandFailedError, sh

USER = "npd"
PASSWORD = "a-pass:w/ord@of 'tests"
PATH = f"{OUTER.get('PATH', '')}:/usr/sbin:/sbin"
START = 60


class MariadbServer(msgspec.Struct, frozen=True):
    """Where the server answers; user and password are the owner's."""

    port: int
    folder: Path

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """A URL of one database, with quoted credentials."""
        return f"mysql+pymysql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, *, database: str = "") -> str:
        """Run SQL as the owner; rows are lines, columns split by tabs."""
        to = ("--protocol=tcp", "--host=127.0.0.1", f"--port={self.port}", f"--user={USER}")
        argv = ("mariadb", "--no-defaults", *to, "--batch", "--skip-column-names")
        given = (database,) if database else ()
        return sh(*argv, *given, stdin=statement, env=OUTER | {"MYSQL_PWD": PASSWORD})

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"test_{os.urandom(6).hex()}"
        self.sql(f"create database {name}")
        return name


@contextmanager
def running(*options: str) -> Iterator[MariadbServer]:
    """A fresh server on a free port; raises `Unavailable` where there is no MariaDB."""
    if shutil.which("mariadbd", path=PATH) is None:
        debian.install("mariadb", {"mariadbd": "mariadb-server"})
    folder = Path(tempfile.mkdtemp(prefix="safeguards-my-"))
    server = MariadbServer(free_port(), folder)
    process: subprocess.Popen[bytes] | None = None
    try:
        process = _start(server, options)
        yield server
    finally:
        if process is not None:
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def _start(server: MariadbServer, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """The server as a user that is not root, where we are: it refuses to be root."""
    folder = server.folder
    user = "mysql" if os.geteuid() == 0 else ""
    drop = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups") if user else ()
    if user:
        shutil.chown(folder, user, user)
    data, env = folder / "data", OUTER | {"PATH": PATH}
    secret = PASSWORD.replace("'", "''")
    (folder / "init.sql").write_text(
        f"create user '{USER}'@'%' identified by '{secret}';"
        f"\ngrant all on *.* to '{USER}'@'%' with grant option;\n"
    )
    install = ("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db")
    sh(*drop, *install, "--auth-root-authentication-method=socket", cwd=Path("/"), env=env)
    argv = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--port={server.port}"]
    argv += ["--bind-address=127.0.0.1", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"]
    argv += [f"--init-file={folder / 'init.sql'}", "--innodb-flush-log-at-trx-commit=0"]
    argv += options
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*drop, *argv], cwd="/", env=env, stdout=log, stderr=log)
    until = time.monotonic() + START
    while not _answers(server):
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            process.wait()
            raise AssertionError((folder / "log").read_text(errors="replace"))
        time.sleep(0.1)
    return process


def _answers(server: MariadbServer) -> bool:
    try:
        server.sql("select 1")
    except CommandFailedError:
        return False
    return True
