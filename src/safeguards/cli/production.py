"""Makes the real seams of one target: engine, database, API, files, clock."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli.redact import REDACTOR
from safeguards.cli.replicas import replicas_of
from safeguards.cli.wanted import hosts_of, wanted_of
from safeguards.config.choose import pick_target
from safeguards.config.resolve import Resolved, resolve_target
from safeguards.config.secrets import Vault, parse_reference
from safeguards.errors import SafeguardsError
from safeguards.health.build import Seams, Wanted
from safeguards.health.database import (
    ContainerDatabase,
    Database,
    Driver,
    EitherDatabase,
    Login,
    UrlDatabase,
)
from safeguards.health.heads import TIMEOUT as HEADS
from safeguards.health.inside import InsideFetch
from safeguards.health.stages.api import WIDTH, allowance
from safeguards.runtimes.command import CommandRuntime, Commands
from safeguards.runtimes.compose import ComposeRuntime
from safeguards.runtimes.docker import DockerRuntime
from safeguards.runtimes.line import Line
from safeguards.runtimes.swarm import SwarmRuntime
from safeguards.system import environment, git, mysql, postgres, process, sqlite
from safeguards.system.clock import SystemClock
from safeguards.system.database import parse_url
from safeguards.system.docker import Engine
from safeguards.system.files import LocalFiles
from safeguards.system.git_history import branch_with
from safeguards.system.http import Http
from safeguards.system.ports import is_own
from safeguards.system.search import search
from safeguards.system.swarm import Swarm

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.errors import UnreachableError
    from safeguards.health.restarts import Last
    from safeguards.runtimes.observe import Runtime
    from safeguards.system.database import Address, Dialect, Rows

TIMEOUT = 5.0
"""Seconds that one question to the engine or the database may take."""

PATIENCE = 45.0
"""Seconds that a stage gets before it is given up, besides what its endpoints may take."""


class Production(msgspec.Struct, frozen=True):
    """One target, ready to be asked; `close` ends connections."""

    name: str
    wanted: Wanted
    seams: Seams
    seconds: float
    resolved: Resolved
    engine: Engine
    close: Callable[[], None]


def open_production(
    found: Found,
    target_name: str | None,
    counts_before: Callable[[str], Mapping[str, int]],
    containers_before: Callable[[str], Last] = lambda _name: ("", ()),
) -> Production:
    """The target of this name with its secrets resolved; nothing is asked yet.

    The last two tell what the target's journal knows of the last verify.

    Raises `ConfigError` and `UsageError` as the configuration's own functions do.
    """
    folder = Path(found.folder)
    name, target = pick_target(found.config, target_name)
    vault = Vault(environment.variables(), environment.read_file, folder)
    resolved = resolve_target(name, target, vault)
    for secret in resolved.sensitive:
        REDACTOR.learn(secret)
    host = resolved.docker_host.reveal() if resolved.docker_host else ""
    engine: Engine = (Swarm if target.runtime == "swarm" else Engine)(host, timeout=TIMEOUT)
    http, clock = Http(), SystemClock()
    runtime = _runtime(resolved, engine, folder)
    hosts = hosts_of(resolved.target)
    fetch = InsideFetch(Line(http.fetch, engine, is_own, clock), runtime, hosts)
    seams = Seams(
        runtime=runtime,
        files=LocalFiles(folder),
        clock=clock,
        fetch=fetch,
        search=search,
        by_hand=fetch.by_hand,
        alembic=partial(_alembic, folder),
        database=database_of(resolved, runtime, folder),
        counts_before=partial(counts_before, name),
        containers_before=partial(containers_before, name),
        find_revision=partial(_find_revision, folder),
    )
    asked = wanted_of(found.config, resolved)
    rounds = -(-len(asked.api.endpoints) // WIDTH) if asked.api else 0
    seconds = PATIENCE + rounds * (allowance(asked.api) if asked.api else 0)

    def close() -> None:
        engine.close()
        http.close()

    return Production(name, asked, seams, seconds, resolved, engine, close)


def _runtime(resolved: Resolved, engine: Engine, folder: Path) -> Runtime:
    target = resolved.target
    if target.command is not None:
        own = target.command
        workdir = folder / own.workdir
        commands = Commands(resolved.name, own.status, own.start or (), workdir, TIMEOUT * 2)
        return CommandRuntime(process.run, LocalFiles(workdir), commands)
    client = client_of(target.docker_host)
    if target.runtime == "compose":
        project = target.project or project_of(folder / (target.compose_file or "compose.yaml"))
        replicas = partial(replicas_of, LocalFiles(folder), target.compose_file)
        return ComposeRuntime(engine, target.containers, project, client=client, replicas=replicas)
    if isinstance(engine, Swarm):
        return SwarmRuntime(engine, target.containers, target.project or "", client=client)
    return DockerRuntime(engine, target.containers, client=client)


def client_of(docker_host: str | None) -> str:
    """What a person types to ask the same engine; a reference stays one."""
    if docker_host is None:
        return "docker"
    reference = parse_reference(docker_host)
    if reference is None:
        return f"docker -H {shlex.quote(docker_host)}"
    if reference.kind == "env":
        return f'docker -H "${reference.name}"'
    return f'docker -H "$(cat {shlex.quote(reference.name)})"'


def project_of(compose_file: Path) -> str:
    """The project's name as Compose derives it when nothing names it."""
    named = environment.variables().get("COMPOSE_PROJECT_NAME", "")
    return named or re.sub(r"[^a-z0-9_-]", "", compose_file.resolve().parent.name.lower())


def database_of(resolved: Resolved, runtime: Runtime | None, folder: Path) -> Database | None:
    """What answers questions about a target's database, by each way that its settings name."""
    own = resolved.target.database
    ways: list[Database] = []
    if resolved.database_url is not None:
        drivers: Mapping[Dialect, Driver] = {
            "postgresql": postgres.ask,
            "mysql": mysql.ask,
            "sqlite": partial(_ask_file, folder),
        }
        url = resolved.database_url.reveal()
        ways.append(UrlDatabase(url, parse=parse_url, drivers=drivers, timeout=TIMEOUT))
    if own is not None and own.container is not None and runtime is not None:
        login = Login(own.container, own.user, own.name)
        ways.append(ContainerDatabase(runtime, login, timeout=TIMEOUT, learn=REDACTOR.learn))
    if not ways:
        return None
    return ways[0] if len(ways) == 1 else EitherDatabase(*ways)


def _ask_file(
    folder: Path, address: Address, statements: Sequence[str], timeout: float
) -> tuple[Rows | UnreachableError, ...]:
    """A SQLite file whose relative path counts from the configuration's folder."""
    placed = msgspec.structs.replace(address, database=str(folder / address.database))
    return sqlite.ask(placed, statements, timeout)


def _find_revision(folder: Path, revision: str) -> tuple[str, str] | None:
    """The branch that has a revision, and the path of its file; None where git does not tell."""
    try:
        repository = git.discover(folder)
        return branch_with(repository, revision) if repository else None
    except SafeguardsError:
        return None


def _alembic(folder: Path, argv: tuple[str, ...]) -> process.Completed:
    """Alembic's own command line in the checkout, by the Python that runs safeguards."""
    return process.run((sys.executable, "-m", *argv), timeout=HEADS, cwd=folder)
