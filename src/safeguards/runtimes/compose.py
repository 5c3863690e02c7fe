"""Docker Compose: the services of a project, through the labels that Compose sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeguards.runtimes.docker import DockerRuntime, there
from safeguards.runtimes.inspected import PROJECT, SERVICE, to_instance
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.docker import Engine


class ComposeRuntime(DockerRuntime):
    """Containers of one Compose project, named by service or by container."""

    def __init__(
        self, engine: Engine, containers: Sequence[str], project: str, *, client: str = "docker"
    ) -> None:
        super().__init__(engine, containers, client=client)
        self._project = project
        self._services: set[str] = set()

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """All replicas of the service, else the container of this name; one-off runs left out."""
        found = self._engine.labelled(
            [f"{PROJECT}={self._project}", f"{SERVICE}={name}", "com.docker.compose.oneoff=False"]
        )
        raws = [self._engine.inspect(str(summary["Id"])) for summary in found]
        replicas = sorted(
            (to_instance(raw) for raw in raws if raw is not None), key=lambda each: each.name
        )
        if not replicas:
            return super().inspect(name)
        self._services.add(name)
        return tuple(replicas)

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
        )
