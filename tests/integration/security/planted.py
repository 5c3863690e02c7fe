"""A project with a secret in every place where one may stand, and servers that give them away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.integration.git.kit import GitRepo
from tests.integration.push.kit import bare
from tests.integration.security.canaries import Canaries
from tests.integration.security.overseer import Overseer
from tests.support.postgres import PostgresServer, free_port

SETTINGS = """\
[scan]
paths = ["shop"]

[migrations]
config = "alembic.ini"

[push]
branches = ["main"]

[notify]
github-api = "http://127.0.0.1:{port}"
github-repository = "some/where"
webhook = "env:HOOK_URL"
ping = "env:PING_URL"

[targets.production]
runtime = "command"

[targets.production.command]
status = ["sh", "-c", "echo $API_AUTH $DB_URL; echo $ENGINE >&2; test ! -e ill"]

[targets.production.database]
url = "env:DB_URL"

[targets.production.api]
base-url = "env:API_URL"
timeout = 5
endpoints = [
    {{ path = "/well", headers = {both} }},
    {{ path = "/{{echo}}", headers = {both} }},
    {{ path = "/{{away}}", headers = {{ Authorization = "env:API_AUTH" }} }},
    {{ path = "/{{loop}}", headers = {{ Authorization = "env:API_AUTH" }} }},
    {{ path = "/{{json}}", headers = {both}, json = {{ a = 1 }}, body-matches = "b" }},
]

[targets.production.records]
projects = 1
{records}

[targets.far]
runtime = "docker"
containers = ["shop"]
docker-host = "env:ENGINE"

[targets.far.database]
url = "file:secrets/closed"

[targets.far.api]
base-url = "env:CLOSED_URL"
endpoints = ["/well"]

[targets.far.records]
projects = 1

[targets.locked]
runtime = "command"

[targets.locked.command]
status = ["true"]

[targets.locked.database]
url = "env:WRONG_URL"

[targets.locked.api]
base-url = "env:USER_URL"
endpoints = ["/well", "/{{echo}}", "/{{away}}", "/{{loop}}"]

[targets.locked.records]
projects = 1

[targets.typo]
runtime = "command"

[targets.typo.command]
status = ["true"]

[targets.typo.database]
url = "env:TYPO_URL"
"""

BOTH = '{ Authorization = "env:API_AUTH", X-Key = "file:secrets/key" }'

MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Project(Base):
    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)
    {extra}
"""
BROKEN = 'owner: Mapped["Owner"] = relationship(back_populates="projects")'
REVISION = 'revision = "001"\ndown_revision = None\n\n\ndef upgrade() -> None:\n    pass\n'


class Planted:
    """The project, and how to run safeguards in it."""

    def __init__(self, folder: Path, canaries: Canaries, overseer: Overseer) -> None:
        self.folder = folder
        self.canaries = canaries
        self.overseer = overseer
        self.repo = GitRepo(folder / "project")
        self.variables: dict[str, str] = {}
        self.heard: list[str] = []

    @property
    def written(self) -> Iterator[Path]:
        """Every file that safeguards may have written."""
        for place in (self.folder / "state", self.folder / "cache", self.folder / "home",
                      self.folder / "tmp", self.repo.top / ".git"):  # fmt: skip
            for path in place.rglob("*"):
                # git's own configuration holds the URLs that the user gave it.
                if path.is_file() and path != self.repo.top / ".git" / "config":
                    yield path

    def run(self, *argv: str, env: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Exit code and both outputs of safeguards in the project."""
        done = subprocess.run(
            [sys.executable, "-m", "safeguards", *argv],
            cwd=self.repo.top,
            env={**os.environ, **self.variables, **self.overseer.variables, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    @contextmanager
    def ill(self) -> Iterator[None]:
        """Production, its models and its history are broken inside."""
        kept = {path: (self.repo.top / path).read_text() for path in ("safeguards.toml",)}
        text = kept["safeguards.toml"]
        (self.repo.top / "ill").touch()
        for name in ("echo", "away", "loop", "json"):
            text = text.replace(f"/{{{name}}}", f"/{name}")
        self.repo.write("safeguards.toml", text)
        self.repo.write("shop/models.py", MODELS.format(extra=BROKEN))
        self.repo.write("migrations/versions/002.py", REVISION.replace("001", "002"))
        try:
            yield
        finally:
            (self.repo.top / "ill").unlink()
            (self.repo.top / "migrations/versions/002.py").unlink()
            self.repo.write("shop/models.py", MODELS.format(extra=""))
            self.repo.write("safeguards.toml", kept["safeguards.toml"])

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Each file that was written, and the notes and commits of git, by name."""
        for path in self.written:
            yield str(path.relative_to(self.folder)), path.read_bytes()
        yield "git log", self.repo.git("log", "--all", "--notes=*", "-p").encode()
        for ref in self.repo.git("for-each-ref", "--format=%(refname)", "refs/notes").split():
            yield ref, self.repo.git("log", "-p", ref).encode()


@contextmanager
def planted(folder: Path, server: PostgresServer, remote: str) -> Iterator[Planted]:
    """The project; `remote` is the URL before the name of a repository in `folder/served`."""
    canaries = Canaries()
    place = Planted(folder, canaries, Overseer(folder / "overseer"))
    database = server.create_database()
    role = f"keeper_{os.urandom(4).hex()}"
    password = canaries.odd("database password").replace("'", "''")
    server.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    server.sql(
        "CREATE TABLE projects (id int); INSERT INTO projects VALUES (1);"
        "CREATE TABLE alembic_version (version_num text);"
        "INSERT INTO alembic_version VALUES ('001');"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        database=database,
    )
    with _giving_away(place) as port:
        where = f"{server.host}:{server.port}/{database}"
        _variables(place, role, where, port)
        _project(place, remote, port)
        try:
            yield place
        finally:
            server.drop_database(database)
            server.sql(f"DROP ROLE {role}")


def _variables(place: Planted, role: str, where: str, port: int) -> None:
    quoted, plain, folder = place.canaries.quoted, place.canaries.plain, place.folder
    closed, typo = free_port(), where.replace("/", "port/")
    for name in ("state", "cache", "home", "tmp"):
        (folder / name).mkdir()
    place.variables = {
        "DB_URL": f"postgresql://{role}:{quoted('database password')}@{where}",
        "WRONG_URL": f"postgresql://{role}:{quoted('wrong password')}@{where}",
        "TYPO_URL": f"postgresql://{role}:{quoted('password beside a typo')}@{typo}",
        "API_URL": f"http://127.0.0.1:{port}",
        "USER_URL": f"http://probe:{quoted('password of the API')}@127.0.0.1:{port}",
        "CLOSED_URL": f"http://probe:{quoted('password of a closed API')}@127.0.0.1:{closed}",
        "API_AUTH": f"Bearer {plain('bearer token')}",
        "ENGINE": f"tcp://op:{quoted('password of an engine')}@127.0.0.1:{closed}",
        "HOOK_URL": f"http://127.0.0.1:{port}/hook/{plain('path of a hook')}"
        f"?token={plain('token of a hook')}",
        "PING_URL": f"http://127.0.0.1:{port}/ping/{plain('path of a ping')}",
        "GATEWAY_URL": f"http://push:{quoted('password of a push gateway')}@127.0.0.1:{port}",
        "GITHUB_TOKEN": plain("token of GitHub"),
        "GH_TOKEN": plain("other token of GitHub"),
        "PGPASSWORD": place.canaries.odd("password of libpq"),
        "POSTGRES_PASSWORD": place.canaries.odd("password of an image"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
    }
    secrets = place.repo.write("secrets/key", place.canaries.plain("key in a file")).parent
    refused = f"postgresql://x:{quoted('password in a file')}@127.0.0.1:{closed}/x"
    (secrets / "closed").write_text(refused)


def _project(place: Planted, remote: str, port: int) -> None:
    repo, canaries = place.repo, place.canaries
    (place.folder / "served").mkdir(exist_ok=True)
    bare(place.folder / "served" / "shop.git")
    GitRepo.init(repo.top)
    secret = canaries.quoted("password of the remote")
    repo.git("remote", "add", "origin", f"{remote.replace('://', f'://bot:{secret}@')}/shop.git")
    token = canaries.plain("token of a remote that is gone")
    repo.git("remote", "add", "gone", f"http://{token}@127.0.0.1:{free_port()}/shop.git")
    repo.add(".gitignore", "secrets/\nill\n")
    records = 'odd = { sql = "select current_user::int", max = 0 }'
    repo.add("safeguards.toml", SETTINGS.format(records=records, both=BOTH, port=port))
    repo.add("shop/__init__.py", "")
    repo.add("shop/models.py", MODELS.format(extra=""))
    repo.add("alembic.ini", "[alembic]\nscript_location = migrations\n")
    repo.add("migrations/versions/001.py", REVISION)
    repo.commit("Begin")
    repo.git("push", "-q", "origin", "HEAD:main")
    repo.git("branch", "-q", "--move", "main")
    repo.git("fetch", "-q", "origin")


@contextmanager
def _giving_away(place: Planted) -> Iterator[int]:
    """A server that puts the credentials it is given into bodies, headers and paths."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = dict(self.headers.items())
            place.heard.append(json.dumps([self.path, given]))
            token = self.headers.get("Authorization", "").rpartition(" ")[2]
            where = {
                "/echo": (500, ""),
                "/away": (302, f"http://u:{token}@elsewhere.example/{token}?token={token}"),
                "/loop": (302, f"/loop/{token}?token={token}"),
            }
            path = self.path.split("?")[0]
            status, location = where.get(path, (200, ""))
            if path.startswith("/loop/"):
                status, location = 302, self.path
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            body = {"a": 1, "b": 1} if path == "/{json}" else {"a": given}
            self.wfile.write(json.dumps(body).encode())

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815  the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
