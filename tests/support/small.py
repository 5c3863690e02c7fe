"""A production that is built in a second: one service that answers its version, and one beside it.

The same as a Compose project, a Swarm stack and plain containers, with an export of a version that
is good, one that ends at once, one that cannot be started, and one whose build fails.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from safeguards.runtimes.change import Changer
from safeguards.runtimes.changing.compose import ComposeChanger
from safeguards.runtimes.changing.docker import DockerChanger
from safeguards.runtimes.changing.project import Folders
from safeguards.runtimes.changing.swarm import Stack, SwarmChanger
from safeguards.runtimes.changing.tools import Tools
from safeguards.system.clock import SystemClock
from safeguards.system.docker_changes import ChangingEngine
from safeguards.system.files import LocalFiles
from safeguards.system.http import Http
from safeguards.system.leash import leashed
from safeguards.system.ports import is_own
from safeguards.system.scratch import scratch
from safeguards.system.stack_file import recipe
from safeguards.system.swarm import Swarm
from tests.support import small_stack
from tests.support.engine import Engine, new_project_name
from tests.support.images import base_image
from tests.support.postgres import free_port
from tests.support.shell import sh
from tests.support.swarm import remove_stack

TOKEN = "small-canary-77e1"
TARGET = "production"
SERVICE, BESIDE, WORKER = "web", "beside", "worker"
LINGER = "linger"
"""The file beside `mode` that says how many seconds the server takes to stop."""

SECONDS = 20.0
"""How long a task of a swarm may take to come up."""
EXPORTS = ("good", "better", "broken", "unstartable", "unbuildable")

SERVER = """\
import http.server, os, signal, sys, time
def stop(*_):
    print("stopping", flush=True)
    time.sleep(float(open("/settings/linger").read()))
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{open('version').read()} {self.headers['host']}".encode()
        self.send_response(200 if self.path == "/health" else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
print("serving", open("version").read(), flush=True)
http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
"""
DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
WORKDIR /srv
ENV LEVEL=image PLAIN=1
VOLUME /cache
COPY . .
CMD ["python3", "server.py"]
"""
COMPOSE = """\
services:
  beside:
    image: ${SMALL_BASE_IMAGE}
    command: ["sleep", "3600"]
    init: true
  web:
    build:
      context: web
      args:
        BASE_IMAGE: ${SMALL_BASE_IMAGE}
    environment:
      TOKEN: ${SMALL_TOKEN}
      LEVEL: production
    labels:
      traefik.enable: "true"
    volumes:
      - kept:/kept
      - ./settings:/settings:ro
    depends_on: [beside]
    ports:
      - "127.0.0.1:${SMALL_PORT}:8000"
    restart: unless-stopped
  worker:
    build:
      context: web
      args:
        BASE_IMAGE: ${SMALL_BASE_IMAGE}
    command: ["python3", "-c", "import signal; signal.pause()"]
    init: true
volumes:
  kept:
"""


class Small(msgspec.Struct, frozen=True):
    """A running small production; `folder` holds its checkout and the exports."""

    engine: Engine
    runtime: str
    project: str
    folder: Path
    port: int
    base: str

    @property
    def checkout(self) -> Path:
        """The repository's top; the configuration is in `deploy`."""
        return self.folder / "checkout"

    @property
    def service(self) -> str:
        """The name by which the service that is built is configured."""
        return f"{self.project}-{SERVICE}" if self.runtime == "docker" else SERVICE

    @property
    def url(self) -> str:
        """Where production answers."""
        return f"http://127.0.0.1:{self.port}/health"

    def export(self, name: str) -> Path:
        """An export of the commit of this name: good, better, broken, unbuildable."""
        return self.folder / name

    def answer(self) -> str:
        """The version that production answers with; empty when it does not."""
        try:
            with urllib.request.urlopen(self.url, timeout=5) as response:
                return str(response.read().decode().split()[0])
        except OSError:
            return ""

    def containers(self) -> dict[str, str]:
        """Id by name of all containers of this production, running or not.

        Of a swarm only what it is to run: it keeps those that ended.
        """
        if self.runtime == "swarm":
            return small_stack.containers(self.engine, self.project)
        chosen = ("ps", "-a", "--no-trunc", "--filter", f"name={self.project}")
        lines = self.engine.docker(*chosen, "--format", "{{.Names}} {{.ID}}").splitlines()
        return dict(line.split() for line in lines)

    def changer(self, engine: ChangingEngine | None = None, **environment: str) -> Changer:
        """A new changer for it, as a sync would make it; commands get the `environment`, too."""
        return make_changer(self, {**self.engine.env, **environment}, engine)


def make_changer(
    small: Small, environment: dict[str, str], engine: ChangingEngine | None = None
) -> Changer:
    """The real thing with real tools."""
    engine = engine or Swarm()
    tools = Tools(
        engine=engine,
        run=leashed,
        fetch=Http().fetch,
        clock=SystemClock(),
        scratch=scratch,
        files=LocalFiles,
        environment=environment,
        own=is_own,
    )
    folders = Folders(small.checkout, small.checkout / "deploy", "compose.yaml")
    if small.runtime == "docker":
        return DockerChanger(tools, [small.service], TARGET, folders)
    if small.runtime == "swarm":
        assert isinstance(engine, Swarm)
        stack = Stack(TARGET, (small.service,), small.project, SECONDS)
        return SwarmChanger(tools, engine, stack, folders, recipe)
    return ComposeChanger(tools, [small.service], TARGET, small.project, folders)


@contextmanager
def running(engine: Engine, runtime: str) -> Iterator[Small]:
    """A small production of this runtime, version `first`; nothing of it is left.

    Where it is a stack, the engine has to manage a swarm already.
    """
    folder = Path(tempfile.mkdtemp(prefix="safeguards-small-"))
    base = base_image(engine)
    small = Small(engine, runtime, new_project_name(), folder, free_port(), base)
    try:
        _make(small)
        BRING_UP[runtime](small)
        yield small
    finally:
        _take_down(small)
        shutil.rmtree(folder)


def _make(small: Small) -> None:
    """The checkout, and the exports."""
    _write(small, small.checkout, "first")
    for name in EXPORTS:
        _write(small, small.export(name), name)
    (small.export("broken") / "deploy/web/server.py").write_text("raise SystemExit('no way')\n")
    _add(small.export("unstartable"), 'CMD ["nosuch"]\n')
    _add(small.export("unbuildable"), "COPY about-to-fail .\n")
    settings = small.checkout / "deploy" / "settings"
    settings.mkdir()
    (settings / "mode").write_text("mounted")
    (settings / LINGER).write_text("0")


def _write(small: Small, top: Path, version: str) -> None:
    web = top / "deploy" / "web"
    web.mkdir(parents=True)
    text = small_stack.STACK if small.runtime == "swarm" else COMPOSE
    (top / "deploy" / "compose.yaml").write_text(text)
    # Plain containers are built without arguments.
    base = f"={small.base}" if small.runtime == "docker" else ""
    (web / "Dockerfile").write_text(DOCKERFILE.replace("BASE_IMAGE\n", f"BASE_IMAGE{base}\n", 1))
    (web / "server.py").write_text(SERVER)
    (web / "version").write_text(version)


def _add(export: Path, line: str) -> None:
    with (export / "deploy/web/Dockerfile").open("a") as recipe:
        recipe.write(line)


def _variables(small: Small) -> dict[str, str]:
    """Those of the Compose file, which are in an .env beside it now."""
    variables = {
        "SMALL_BASE_IMAGE": small.base,
        "SMALL_TOKEN": TOKEN,
        "SMALL_PORT": str(small.port),
        "SMALL_IMAGE": f"{small.project}-app:live",
    }
    lines = "".join(f"{name}={value}\n" for name, value in variables.items())
    (small.checkout / "deploy" / ".env").write_text(lines)
    return variables


def _bring_up_project(small: Small) -> None:
    _variables(small)
    deploy = small.checkout / "deploy"
    argv = ("docker", "compose", "-p", small.project, "up", "-d", "--build", "--scale", "worker=2")
    sh(*argv, cwd=deploy, env=small.engine.env, timeout=120)


def _bring_up_stack(small: Small) -> None:
    deploy, variables = small.checkout / "deploy", _variables(small)
    small_stack.bring_up(small.engine, small.project, deploy, variables)
    deadline = time.monotonic() + SECONDS
    while small.answer() != "first":
        assert time.monotonic() < deadline, "the stack does not come up"
        time.sleep(0.1)


def _bring_up_containers(small: Small) -> None:
    docker, project = small.engine.docker, small.project
    deploy, network = small.checkout / "deploy", f"{project}-net"
    docker("build", "-t", f"{project}-app", deploy / "web")
    docker("network", "create", network)
    docker("network", "create", f"{project}-more")
    asleep = ("--init", "--network-alias", BESIDE, small.base, "sleep", "3600")
    docker("run", "-d", "--name", f"{project}-{BESIDE}", "--network", network, *asleep)
    docker(
        *("create", "--name", small.service, "--network", network, "--network-alias", "api"),
        *("-e", f"TOKEN={TOKEN}", "-e", "LEVEL=production", "-l", "traefik.enable=true"),
        *("-v", f"{project}-kept:/kept", "-v", f"{deploy / 'settings'}:/settings:ro"),
        *("-p", f"127.0.0.1:{small.port}:8000", "--restart", "unless-stopped"),
        *("--memory", "256m", f"{project}-app"),
    )
    docker("network", "connect", "--alias", "also", f"{project}-more", small.service)
    docker("start", small.service)


BRING_UP = {
    "compose": _bring_up_project,
    "docker": _bring_up_containers,
    "swarm": _bring_up_stack,
}


def _take_down(small: Small) -> None:
    docker = small.engine.docker
    if small.runtime == "swarm":
        remove_stack(small.engine, small.project)
    if found := list(small.containers().values()):
        docker("rm", "-fv", *found)
    chosen = ("--filter", f"name={small.project}", "-q")
    for kind in ("network", "volume"):
        if found := docker(kind, "ls", *chosen).split():
            docker(kind, "rm", *found)
    listed = docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    if found := [name for name in listed if name.startswith(small.project)]:
        docker("rmi", "-f", *found)
