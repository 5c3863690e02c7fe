"""A small application that commands start and stop, with SQLite or the database of a URL, and a
remote for its pushes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
from tests.integration.git.kit import GitRepo

from safeguards.system.ports import free_port

FILES = {
    "app/__init__.py": "",
    "app/models.py": """\
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)
""",
    "app/web.py": """\
import http.server
import os

import sqlalchemy as sa

from app.models import Thing

engine = sa.create_engine(os.environ["TOY_URL"])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with engine.connect() as connection:
            count = len(connection.execute(sa.select(Thing.id)).all())
        body = f"{os.environ['SAFEGUARDS_COMMIT']} {count}".encode()
        self.send_response(STATUS)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


STATUS = 200
address = ("127.0.0.1", int(os.environ["PORT"]))
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
""",
    "control.py": """\
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

state = pathlib.Path(os.environ["TOY_STATE"])


def up():
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{os.environ['TOY_PORT']}/", timeout=3).read()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


if sys.argv[1] == "status":
    sys.exit(0 if up() else 3)
if sys.argv[1] == "stop" and state.exists():
    try:
        os.kill(int(state.read_text()), signal.SIGTERM)
    except ProcessLookupError:
        pass
    for _ in range(250):
        if not up():
            break
        time.sleep(0.02)
if sys.argv[1] == "start":
    server = subprocess.Popen(
        [sys.executable, "-m", "app.web"],
        cwd=os.environ["SAFEGUARDS_RELEASE"],
        env={**os.environ, "PORT": os.environ["TOY_PORT"]},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    state.write_text(str(server.pid))
    for _ in range(250):
        if up() or server.poll() is not None:
            break
        time.sleep(0.02)
    sys.exit(server.poll() or 0)
""",
    "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n",
    "migrations/env.py": """\
import os

import sqlalchemy as sa
from alembic import context

from app.models import Base

with sa.create_engine(os.environ["TOY_URL"]).connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
""",
}
FIRST = """\
    op.create_table(
        "things",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
    )
    op.execute("INSERT INTO things (name) VALUES ('one')")
"""
SETTINGS = """\
[targets.production]
runtime = "command"

[targets.production.command]
start = ["python", "control.py", "start"]
stop = ["python", "control.py", "stop"]
status = ["python", "control.py", "status"]
trial = ["python", "-m", "app.web"]

[targets.production.sync]
lock-wait = 1
health-timeout = 4

[targets.production.database]
url = "env:TOY_URL"

[targets.production.api]
base-url = "env:TOY_BASE"
endpoints = ["/"]

[targets.production.records]
things = 1
"""


class Ended(msgspec.Struct, frozen=True):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> Any:
        """The last line of its output, decoded."""
        return json.loads(self.out.splitlines()[-1])


class Toy(msgspec.Struct, frozen=True):
    """The checkout, its environment, and production's port."""

    repo: GitRepo
    folder: Path
    env: dict[str, str]
    port: int

    @classmethod
    def make(cls, folder: Path, url: str = "") -> Toy:
        """The first commit, pushed; nothing runs yet, and the database is empty."""
        port = free_port(0)
        sqlite3.connect(folder / "toy.db").close()
        env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TOY_URL": url or f"sqlite:///{folder / 'toy.db'}",
            "TOY_BASE": f"http://127.0.0.1:{port}",
            "TOY_PORT": str(port),
            "TOY_STATE": str(folder / "pid"),
        }
        (folder / "shop").mkdir()
        repo = GitRepo.init(folder / "shop")
        repo.git("init", "-q", "--bare", str(folder / "origin.git"))
        repo.git("remote", "add", "origin", str(folder / "origin.git"))
        toy = cls(repo, folder, env, port)
        for name, text in FILES.items():
            repo.add(name, text)
        repo.add("safeguards.toml", SETTINGS)
        toy.revision("001", None, FIRST)
        toy.push("first")
        return toy

    def revision(self, name: str, parent: str | None, body: str) -> None:
        """Add a revision with this upgrade."""
        self.repo.add(
            f"migrations/versions/{name}.py",
            f'"""Step {name}"""\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
            f"revision = {name!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n{body}",
        )

    def web(self, old: str, new: str) -> None:
        """Change the web process; `old` is what the first version has."""
        text = FILES["app/web.py"]
        assert old in text
        self.repo.add("app/web.py", text.replace(old, new))

    def push(self, message: str) -> str:
        """Commit and push what was added; the commit."""
        commit = self.repo.commit(message)
        self.repo.git("push", "-q", "--no-verify", "origin", "HEAD:refs/heads/main")
        return commit

    def patience(self, seconds: int) -> None:
        """Let syncs wait so long for each other, and for what they start."""
        settings = (self.repo.top / "safeguards.toml").read_text()
        for before in ("lock-wait = 1", "health-timeout = 4"):
            settings = settings.replace(f"{before}\n", f"{before.split()[0]} = {seconds}\n")
        self.repo.add("safeguards.toml", settings)

    def tip(self) -> str:
        """The commit that is checked out."""
        return self.repo.git("rev-parse", "HEAD").strip()

    def run(self, *argv: str) -> Ended:
        """Run safeguards in the checkout."""
        done = subprocess.run(
            [sys.executable, "-m", "safeguards", *argv],
            cwd=self.repo.top,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def answer(self) -> str:
        """The commit that production answers with; "" when it does not."""
        try:
            with urllib.request.urlopen(self.env["TOY_BASE"], timeout=5) as response:
                return str(response.read().decode().split()[0])
        except OSError:
            return ""

    def applied(self) -> list[str]:
        """The rows of Alembic's table."""
        with contextlib.closing(sqlite3.connect(self.folder / "toy.db")) as database:
            return [row[0] for row in database.execute("select version_num from alembic_version")]

    def close(self) -> None:
        """End production."""
        pid = self.folder / "pid"
        if pid.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid.read_text()), signal.SIGKILL)
