"""Makes what changes a target's production: of containers, or of commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli import keeping
from safeguards.cli.production import client_of, project_of
from safeguards.runtimes.changing.command import CommandChanger
from safeguards.runtimes.changing.command_place import Recipe
from safeguards.runtimes.changing.command_place import Tools as CommandTools
from safeguards.runtimes.changing.compose import ComposeChanger
from safeguards.runtimes.changing.docker import DockerChanger
from safeguards.runtimes.changing.project import Folders
from safeguards.runtimes.changing.swarm import Stack, SwarmChanger
from safeguards.runtimes.changing.tools import Tools
from safeguards.system import environment, leash, process, stack_file
from safeguards.system.clock import SystemClock
from safeguards.system.docker_changes import ChangingEngine
from safeguards.system.files import LocalFiles
from safeguards.system.git import without_git
from safeguards.system.http import Http
from safeguards.system.ports import free_port, is_own
from safeguards.system.releases import Releases, folder_of
from safeguards.system.scratch import scratch
from safeguards.system.swarm import Swarm

if TYPE_CHECKING:
    from safeguards.cli.production import Production
    from safeguards.cli.syncing.ordered import Ordered
    from safeguards.config.targets import Command
    from safeguards.runtimes.change import Changer
    from safeguards.sync.keeping import Keeper


class Reach(msgspec.Struct, frozen=True):
    """What changes production, if anything does; `by_hand` is why it cannot replace."""

    changer: Changer | None
    by_hand: str
    close: Callable[[], None]


def changer_of(
    ordered: Ordered, production: Production, held: Callable[[], Sequence[int]]
) -> Reach:
    """The changing side of a target; nothing is asked yet.

    `held` are the open files that keep this machine's lock, for what must not outlive it.
    """
    target = ordered.own
    http = Http()
    environ = without_git(environment.variables())
    if target.command is not None:
        changer: Changer = _commands(ordered, target.command, environ, http, held)
        return Reach(changer, _by_hand(target.command), http.close)
    if not target.build:
        return Reach(None, "", http.close)
    host = production.resolved.docker_host.reveal() if production.resolved.docker_host else ""
    engine = Swarm(host) if target.runtime == "swarm" else ChangingEngine(host)
    tools = Tools(
        engine=engine,
        run=leash.leashed,
        fetch=http.fetch,
        clock=SystemClock(),
        scratch=scratch,
        files=LocalFiles,
        environment={**environ, **({"DOCKER_HOST": host} if host else {})},
        own=is_own,
        client=client_of(target.docker_host),
    )

    def close() -> None:
        engine.close()
        http.close()

    return Reach(_containers(ordered, tools, engine), "", close)


def keeper_of(ordered: Ordered, production: Production) -> Keeper | None:
    """What keeps the target's database; None when none is configured."""
    database = production.seams.database
    if database is None:
        return None
    folder, runtime = Path(ordered.found.folder), production.seams.runtime
    return keeping.keeper_of(production.resolved, folder, database, runtime, production.engine)


def _containers(ordered: Ordered, tools: Tools, engine: ChangingEngine) -> Changer:
    target, folder = ordered.own, Path(ordered.found.folder)
    top = ordered.repository.top or folder
    folders = Folders(top, folder, target.compose_file or "")
    if target.runtime == "compose":
        project = target.project or project_of(folder / (target.compose_file or "compose.yaml"))
        return ComposeChanger(tools, target.build, ordered.target, project, folders)
    if isinstance(engine, Swarm):
        patience = target.sync.health_timeout
        stack = Stack(ordered.target, target.build, target.project or "", patience)
        return SwarmChanger(tools, engine, stack, folders, stack_file.recipe)
    return DockerChanger(tools, target.build, ordered.target, folders, target.restart_on)


def _by_hand(own: Command) -> str:
    for name, argv in (("start", own.start), ("stop", own.stop)):
        if argv is None:
            return f"command.{name} is not configured: it is restarted by hand"
    return ""


def _commands(
    ordered: Ordered,
    own: Command,
    environ: Mapping[str, str],
    http: Http,
    held: Callable[[], Sequence[int]],
) -> CommandChanger:
    repository, folder = ordered.repository, Path(ordered.found.folder)
    top = repository.top or folder
    recipe = Recipe(
        target=ordered.target,
        folder=folder / own.workdir,
        inside=os.path.relpath(os.path.realpath(folder / own.workdir), top),
        status=own.status,
        start=own.start or (),
        stop=own.stop or (),
        build=own.build or (),
        trial=own.trial or (),
    )
    tools = CommandTools(
        run=process.run,
        leashed=leash.leashed,
        launch=leash.launch,
        attend=leash.Attended,
        releases=Releases(folder_of(repository.common_dir, ordered.target), SystemClock().now),
        clock=SystemClock(),
        fetch=http.fetch,
        free_port=free_port,
        environ=environment.with_program(environ, "alembic"),
        held=held,
    )
    return CommandChanger(recipe, tools)
