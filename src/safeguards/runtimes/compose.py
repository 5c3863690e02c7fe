"""Docker Compose: the services of a project, through the labels that Compose sets."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from safeguards.runtimes.docker import DockerRuntime, there
from safeguards.runtimes.inspected import PROJECT, SERVICE, to_instance
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.docker import Engine

ONE_OFF = "com.docker.compose.oneoff"
NUMBER = "com.docker.compose.container-number"
WORKING_DIR = "com.docker.compose.project.working_dir"
CONFIG_FILES = "com.docker.compose.project.config_files"
ENVIRONMENT_FILE = "com.docker.compose.project.environment_file"


class ComposeRuntime(DockerRuntime):
    """Containers of one Compose project, named by service or by container.

    `replicas` says how many of a service its Compose file wants, if it does.
    """

    def __init__(
        self,
        engine: Engine,
        containers: Sequence[str],
        project: str,
        *,
        client: str = "docker",
        replicas: Callable[[str], int | None] = lambda _service: None,
    ) -> None:
        super().__init__(engine, containers, client=client)
        self._project = project
        self._replicas = replicas
        self._services: dict[str, Mapping[str, str]] = {}

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """All replicas of the service, else the container of this name; one-off runs left out."""
        found = self._engine.labelled(
            [f"{PROJECT}={self._project}", f"{SERVICE}={name}", f"{ONE_OFF}=False"]
        )
        raws = [self._engine.inspect(str(summary["Id"])) for summary in found]
        replicas = _settled([to_instance(raw) for raw in raws if raw is not None])
        if not replicas:
            return tuple(
                each for each in super().inspect(name) if each.labels.get(ONE_OFF) != "True"
            )
        self._services[name] = replicas[0].labels
        return replicas

    def expected(self, name: str) -> int | None:
        """As the Compose file says; where a service has several files, nobody says."""
        labels = self._services.get(name)
        if labels is None or "," in labels.get(CONFIG_FILES, ""):
            return None
        return self._replicas(name)

    def advice(self, name: str, workdir: str = "") -> Advice:
        """The Compose commands for a service, the docker commands for a container's name."""
        if name not in self._services:
            return super().advice(name, workdir)
        compose = f"{self._client} compose -p {self._project}"
        return Advice(
            f"{compose} logs --tail 50 {name}",
            f"{compose} start {name}",
            f"{compose} ps --all",
            f"{compose} exec -T {there(workdir)}{name}",
            self._up(name),
        )

    def _up(self, name: str) -> str:
        """Brings up a service anew, from the files that it was brought up from; "" if unknown."""
        labels = self._services[name]
        files = [each for each in labels.get(CONFIG_FILES, "").split(",") if each]
        envs = [each for each in labels.get(ENVIRONMENT_FILE, "").split(",") if each]
        if not files or not labels.get(WORKING_DIR):
            return ""
        argv = ["-p", self._project, "--project-directory", labels[WORKING_DIR]]
        argv += [part for each in files for part in ("-f", each)]
        argv += [part for each in envs for part in ("--env-file", each)]
        argv += ["up", "-d", "--no-build", "--no-deps", name]
        return f"{self._client} compose {shlex.join(argv)}"


def _settled(replicas: list[Instance]) -> tuple[Instance, ...]:
    """Each replica once, by its name: while one is replaced there are two containers of its number,
    and what runs of them is what counts.
    """
    running = {each.labels.get(NUMBER) for each in replicas if each.running}
    kept = [each for each in replicas if each.running or each.labels.get(NUMBER) not in running]
    return tuple(sorted(kept, key=lambda each: each.name))
