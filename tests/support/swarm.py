"""The example as a Swarm stack of this engine: two instances behind a proxy that re-resolves."""

from __future__ import annotations

import http.client
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from safeguards.runtimes.changing.project import Folders
from safeguards.runtimes.changing.swarm import Stack, SwarmChanger
from safeguards.runtimes.changing.tools import Tools
from safeguards.system.clock import SystemClock
from safeguards.system.files import LocalFiles
from safeguards.system.http import Http
from safeguards.system.leash import leashed
from safeguards.system.ports import is_own
from safeguards.system.scratch import scratch
from safeguards.system.stack_file import recipe
from safeguards.system.swarm import Swarm
from tests.support.engine import Engine, new_project_name
from tests.support.images import app_wheels, base_image, postgres_image, proxy_image
from tests.support.locks import Guests, alone
from tests.support.postgres import free_port
from tests.support.production import BACKEND, DATABASE_PASSWORD, EXAMPLE, TOKEN
from tests.support.shell import CommandFailedError, sh

INITIALISED = Path(tempfile.gettempdir()) / "safeguards-tests-swarm-initialised"
HEALTHY_SECONDS = 60
PATHS = {"/health": 200, "/api/v1/contacts": 200, "/api/v1/projects": 401}


class SwarmProduction(msgspec.Struct, frozen=True):
    """A running stack; `folder` is its checkout with an .env."""

    engine: Engine
    folder: Path
    stack: str
    port: int

    @property
    def repository(self) -> str:
        """The name of the backend's image, without its tag."""
        return f"{self.stack}/backend"

    @property
    def name(self) -> str:
        """The name of the backend's service."""
        return f"{self.stack}_{BACKEND}"

    def tasks(self, service: str = BACKEND) -> list[str]:
        """The ids of the containers of the service that run."""
        label = f"label=com.docker.swarm.service.name={self.stack}_{service}"
        return self.engine.docker("ps", "-q", "--filter", label).split()

    def in_backend(self, *argv: str) -> str:
        """Run a command in an instance of the application."""
        return self.engine.docker("exec", self.tasks()[0], *argv)

    def get(self, path: str = "/health") -> tuple[int, str]:
        """What the proxy answers; 0 and the error when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, repr(error)
        finally:
            connection.close()

    def check_healthy(self) -> None:
        """Wait until two instances run and the proxy answers from both."""
        deadline = time.monotonic() + HEALTHY_SECONDS
        while (found := (len(self.tasks()), self.get("/api/v1/contacts")[0])) != (2, 200):
            if time.monotonic() > deadline:
                listed = self.engine.docker("service", "ps", "--no-trunc", self.name)
                raise AssertionError(f"the stack is not healthy: {found}\n{listed}")
            time.sleep(0.3)

    @contextmanager
    def under_load(self) -> Iterator[Counter[str]]:
        """Requests all the time, from four threads; counts `answered`, and what was lost."""
        counts: Counter[str] = Counter()
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                for path, wanted in PATHS.items():
                    status, said = self.get(path)
                    key = "answered" if status == wanted else f"{path}: {status} {said[:80]}"
                    counts[key] += 1
                    time.sleep(0.01)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield counts
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    def checkout(self, parent: Path) -> Path:
        """A repository of the example that is configured for this stack; nothing else is new."""
        folder = parent / "checkout"
        shutil.copytree(self.folder, folder)
        (folder / ".gitignore").write_text(".env\n")
        config = folder / "safeguards.toml"
        text = config.read_text()
        for old, new in (
            ('runtime = "compose"', 'runtime = "swarm"'),
            ('project = "npd"', f'project = "{self.stack}"'),
            ("http://127.0.0.1:8000", f"http://127.0.0.1:{self.port}"),
        ):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        config.write_text(text)
        sh("git", "init", "-q", cwd=folder)
        sh("git", "add", "-A", cwd=folder)
        sh("git", "add", "-f", "backend/wheels", cwd=folder)
        sh("git", "commit", "-qm", "first", cwd=folder)
        return folder


@contextmanager
def changing(
    env: Mapping[str, str], stack: str, services: tuple[str, ...], folder: Path
) -> Iterator[SwarmChanger]:
    """The real thing, as a sync would make it; `folder` has a compose.yaml that says the builds."""
    engine = Swarm()
    tools = Tools(engine, leashed, Http().fetch, SystemClock(), scratch, LocalFiles, env, is_own)
    folders = Folders(folder, folder, "compose.yaml")
    yield SwarmChanger(tools, engine, Stack("production", services, stack), folders, recipe)
    engine.close()


@contextmanager
def swarm(engine: Engine) -> Iterator[None]:
    """The engine manages a swarm inside; left at the end if a run of ours made it, by the last."""
    guests = Guests("swarm")
    guests.enter()
    try:
        with alone("swarm"):
            if engine.docker("info", "--format", "{{.Swarm.LocalNodeState}}").strip() != "active":
                INITIALISED.touch()
                engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        yield
    finally:
        if guests.leave():
            with alone("swarm"):
                if INITIALISED.exists():
                    engine.docker("swarm", "leave", "--force")
                    INITIALISED.unlink()


@contextmanager
def deployed(engine: Engine) -> Iterator[SwarmProduction]:
    """The example's stack under a name and a port of its own: built, deployed, migrated, seeded.

    Removed at the end with its volumes and images.
    """
    parent = Path(tempfile.mkdtemp(prefix="safeguards-stack-"))
    production = SwarmProduction(engine, parent / "npd", new_project_name(), free_port())
    with swarm(engine):
        try:
            env = _copy_example(production)
            image = env["NPD_IMAGE"]
            args = (f"BASE_IMAGE={env['NPD_BASE_IMAGE']}", "PIP_NO_INDEX=1")
            chosen = [part for arg in args for part in ("--build-arg", arg)]
            backend = production.folder / "backend"
            engine.docker("build", "-q", *chosen, "-t", image, backend, timeout=300)
            argv = ("stack", "deploy", "--resolve-image", "never", "-c", "stack.yaml")
            whole = engine.env | env
            sh("docker", *argv, production.stack, cwd=production.folder, env=whole, timeout=60)
            _await_instances(production)
            production.in_backend("alembic", "upgrade", "head")
            production.in_backend("python", "-m", "app.seed")
            production.check_healthy()
            yield production
        finally:
            _take_down(production)
            shutil.rmtree(parent)


def _copy_example(production: SwarmProduction) -> dict[str, str]:
    """The example with its wheels and an .env; the variables in it."""
    folder, engine = production.folder, production.engine
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.whl"))
    for wheel in app_wheels(EXAMPLE / "backend" / "requirements.txt").glob("*.whl"):
        shutil.copy(wheel, folder / "backend" / "wheels")
    variables = {
        "NPD_PORT": str(production.port),
        "NPD_DB_PASSWORD": DATABASE_PASSWORD,
        "NPD_TOKEN": TOKEN,
        "NPD_BASE_IMAGE": base_image(engine),
        "NPD_POSTGRES_IMAGE": postgres_image(engine),
        "NPD_PROXY_IMAGE": proxy_image(engine),
        "NPD_IMAGE": f"{production.repository}:production",
        "NPD_PIP_NO_INDEX": "1",
    }
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    return variables


def _await_instances(production: SwarmProduction) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while production.get("/health")[0] != 200:
        if time.monotonic() > deadline:
            shown = production.engine.docker("stack", "ps", "--no-trunc", production.stack)
            raise AssertionError(f"the stack did not come up:\n{shown}")
        time.sleep(0.3)


def remove_stack(engine: Engine, stack: str) -> None:
    """Remove a stack and places beside it, wait until its containers are gone, then its volumes."""
    docker, named = engine.docker, ("--filter", f"name={stack}_")
    if services := docker("service", "ls", "-q", *named).split():
        docker("service", "rm", *services)
    deadline = time.monotonic() + HEALTHY_SECONDS
    while containers := docker("ps", "-aq", *named).split():
        for container in containers:
            with suppress(CommandFailedError):  # gone meanwhile
                docker("rm", "-fv", container)
        if time.monotonic() > deadline:
            raise AssertionError(f"{stack} was left behind")
    docker("stack", "rm", stack)
    while docker("network", "ls", "-q", *named).split():
        if time.monotonic() > deadline:
            raise AssertionError(f"the network of {stack} was left behind")
        time.sleep(0.2)
    if volumes := docker("volume", "ls", "-q", *named).split():
        docker("volume", "rm", *volumes)


def _take_down(production: SwarmProduction) -> None:
    """Remove the stack, then its images: by name, as others may have been built on their layers."""
    docker = production.engine.docker
    remove_stack(production.engine, production.stack)
    listed = docker("images", "--format", "{{.Repository}}:{{.Tag}}", production.repository)
    if names := listed.split():
        docker("rmi", "-f", *names)
