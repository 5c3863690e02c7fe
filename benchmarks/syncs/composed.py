"""The toy as a Compose project on a real engine: one service that is built, and its database."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support import engine
from tests.support.engine import Engine, new_project_name
from tests.support.images import alembic_image, postgres_image
from tests.support.postgres import free_port
from tests.support.shell import CommandFailedError, sh

from benchmarks.syncs import cable
from benchmarks.syncs.production import NOBODY, OURS, Serving, answer

WEB, DB = "web", "db"
USER = "drill"

DOCKERFILE = """\
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
WORKDIR /srv
COPY . .
CMD ["python3", "-m", "shop.web"]
"""
COMPOSE = f"""\
services:
  {DB}:
    image: ${{DRILL_POSTGRES_IMAGE}}
    environment:
      POSTGRES_USER: {USER}
      POSTGRES_PASSWORD: ${{DRILL_PASSWORD}}
      POSTGRES_DB: {USER}
    networks:
      default:
        ipv4_address: ${{DRILL_NET}}.10
    restart: unless-stopped
  {WEB}:
    build:
      context: .
      args:
        BASE_IMAGE: ${{DRILL_BASE_IMAGE}}
    environment:
      PORT: "8000"
      DRILL_HOST: 0.0.0.0
      DRILL_ADDRESS: ${{DRILL_NET}}.11
      DRILL_DATABASE_URL: postgresql://{USER}:${{DRILL_PASSWORD}}@${{DRILL_NET}}.10:5432/{USER}
    depends_on: [{DB}]
    networks:
      default:
        ipv4_address: ${{DRILL_NET}}.11
    ports:
      - "127.0.0.1:${{DRILL_PORT}}:8000"
    restart: unless-stopped
networks:
  default:
    ipam:
      config:
        - subnet: ${{DRILL_NET}}.0/24
          ip_range: ${{DRILL_NET}}.128/25
"""
"""Addresses are fixed: an engine that leaves a swarm forgets the names in every other network."""

SETTINGS = """\
[push]
branches = ["main"]

[migrations]
config = "alembic.ini"

[targets.production]
runtime = "compose"
project = "{project}"
compose-file = "compose.yaml"
containers = ["{db}", "{web}"]
build = ["{web}"]
restart-on = ["shop/**", "migrations/**"]

[targets.production.sync]
lock-wait = 90
statement-timeout = 60
health-timeout = 10

[targets.production.database]
container = "{db}"

[targets.production.alembic]
container = "{web}"

[targets.production.api]
base-url = "http://127.0.0.1:{port}"
endpoints = ["/health", "/items"]

[targets.production.records]
items = 1
ledger = 0
"""
PROJECT = "com.docker.compose.project"
PATIENCE = 60.0


class ComposeProduction:
    """One project; syncs reach the engine by a socket of their own, which can be cut."""

    name = "compose"
    has_engine = True

    def __init__(self, folder: Path, answering: Engine) -> None:
        self.engine = answering
        self.project = new_project_name()
        self.port = free_port()
        self.deploy = folder / "production"
        self._socket = folder / "engine.sock"
        self._cable: subprocess.Popen[bytes] | None = None
        self._database = ""

    @property
    def files(self) -> Mapping[str, str]:
        """The configuration, and what the image is made by."""
        settings = SETTINGS.format(project=self.project, port=self.port, web=WEB, db=DB)
        return {
            "safeguards.toml": settings,
            "compose.yaml": COMPOSE,
            "Dockerfile": DOCKERFILE,
            ".dockerignore": ".git\n",
        }

    @property
    def environment(self) -> Mapping[str, str]:
        """Where the docker command and safeguards find the engine."""
        docker = {k: v for k, v in self.engine.env.items() if k.startswith(("DOCKER_", "COMPOSE_"))}
        return {**os.environ, **docker, "DOCKER_HOST": f"unix://{self._socket}"}

    def bring_up(self) -> None:
        """The database alone, from production's own folder; the service is for the first sync."""
        self.deploy.mkdir()
        variables = {
            "DRILL_POSTGRES_IMAGE": postgres_image(self.engine),
            "DRILL_BASE_IMAGE": alembic_image(self.engine),
            "DRILL_PASSWORD": "a-password-of-the-drill",
            "DRILL_PORT": str(self.port),
            "DRILL_NET": f"10.{random.randrange(100, 250)}.{random.randrange(250)}",
        }
        lines = "".join(f"{name}={value}\n" for name, value in variables.items())
        (self.deploy / ".env").write_text(lines)
        (self.deploy / "compose.yaml").write_text(COMPOSE)
        self._plug_in()
        argv = ("docker", "compose", "-p", self.project, "up", "-d", DB)
        sh(*argv, cwd=self.deploy, env=self.engine.env, timeout=120)
        self._database = self._containers(DB)[0]
        self._wait()

    def serving(self) -> Serving:
        """Who answers, and that one container stands for the service, by the name that it has."""
        status, told = answer(f"http://127.0.0.1:{self.port}/health")
        containers = self._containers(WEB)
        if not status:
            return NOBODY
        serial = int(str(told["serial"]))
        error = "" if status == 200 else f"{status}: {told.get('error')}"
        if len(containers) != 1:
            error = f"{len(containers)} containers stand for {WEB}"
        elif wrong := self._wrong(containers[0], serial):
            error = wrong
        if self._containers(DB) != [self._database]:
            error = "the database's container is another one"
        return Serving(serial, " ".join(containers), error)

    def sql(self, statement: str) -> str:
        """By psql inside, once the server answers."""
        psql = ("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", USER, "-f", "-")
        argv = ("exec", "-i", self._database, *psql)
        try:
            return self.engine.docker(*argv, stdin=statement)
        except CommandFailedError:
            self._wait()
            return self.engine.docker(*argv, stdin=statement)

    def belongs(self, pid: int) -> bool:
        """None: what production is lives in containers, and has no mark."""
        return False

    def left(self) -> list[str]:
        """Containers beside production, and those that have no name of their own yet."""
        chosen = ("ps", "-a", "--filter", f"label={PROJECT}={self.project}")
        names = self.engine.docker(*chosen, "--format", "{{.Names}}").split()
        wanted = {f"{self.project}-{each}-1" for each in (WEB, DB)}
        return [f"container {name}" for name in names if name not in wanted]

    def crash_database(self) -> None:
        """Its container is killed."""
        self.engine.docker("kill", self._database)

    def start_database(self) -> None:
        """The same container again."""
        self.engine.docker("start", self._database)
        self._wait()

    def kill_backend(self) -> bool:
        """The server ends all other sessions then, and recovers."""
        pids = self.sql(f"select pid from pg_stat_activity where {OURS} order by random()").split()
        if not pids:
            return False
        done = self.engine.docker(
            "exec", self._database, "sh", "-c", f"kill -9 {pids[0]} && echo y"
        )
        return "y" in done

    def cut_engine(self) -> bool:
        """kill -9 of what all connections go through; nobody listens then for up to a second."""
        assert self._cable is not None
        self._cable.kill()
        self._cable.wait()
        time.sleep(random.random())  # the drill's own dice are for what it chooses
        self._plug_in()
        return True

    def take_down(self) -> None:
        """Nothing of the project is left: containers, networks, volumes, images."""
        docker = self.engine.docker
        if self._cable is not None:
            self._cable.kill()
            self._cable.wait()
        chosen = ("--filter", f"label={PROJECT}={self.project}")
        if found := docker("ps", "-aq", *chosen).split():
            docker("rm", "-fv", *found, timeout=120)
        if found := docker("network", "ls", "-q", *chosen).split():
            docker("network", "rm", *found)
        listed = docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
        if found := [name for name in listed if name.startswith(self.project)]:
            docker("rmi", "-f", *found, timeout=300)

    def _containers(self, service: str) -> list[str]:
        labels = (f"{PROJECT}={self.project}", f"{PROJECT.rpartition('.')[0]}.service={service}")
        labels = (*labels, f"{PROJECT.rpartition('.')[0]}.oneoff=False")
        chosen = [part for each in labels for part in ("--filter", f"label={each}")]
        return self.engine.docker("ps", "-aq", "--no-trunc", *chosen).split()

    def _wrong(self, container: str, serial: int) -> str:
        told = "{{.Image}} {{.Config.Image}}"
        image, tag = self.engine.docker("inspect", "-f", told, container).split()
        tagged = self.engine.docker("image", "inspect", "-f", "{{.Id}}", tag).strip()
        if image != tagged:
            return f"the container is {image}, and {tag} is {tagged}"
        text = self.engine.docker("exec", container, "cat", "shop/models.py")
        if f"SERIAL = {serial}\n" not in text:
            return f"{container} says that it is {serial}, and its image is another"
        return ""

    def _wait(self) -> None:
        """Until the server answers over the network: it does only when it has its database."""
        ready = f"pg_isready -q -h 127.0.0.1 -U {USER} -d {USER}"
        script = f"until {ready}; do sleep 0.05; done"
        self.engine.docker("exec", self._database, "sh", "-c", script, timeout=PATIENCE)

    def _plug_in(self) -> None:
        self._socket.unlink(missing_ok=True)
        real = self.engine.env.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        argv = (sys.executable, "-I", "-S", cable.__file__, self._socket, real[len("unix://") :])
        self._cable = subprocess.Popen(argv)
        deadline = time.monotonic() + PATIENCE
        while not self._socket.exists():
            if time.monotonic() > deadline or self._cable.poll() is not None:
                raise RuntimeError("there is no way to the engine")
            time.sleep(0.01)


@contextmanager
def running(folder: Path) -> Iterator[ComposeProduction]:
    """A project in which only the database runs."""
    with engine.running() as answering:
        production = ComposeProduction(folder, answering)
        try:
            production.bring_up()
            yield production
        finally:
            production.take_down()
