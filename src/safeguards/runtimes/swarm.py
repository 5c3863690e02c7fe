"""Docker Swarm: the tasks of a stack's services that run on the asked engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeguards.runtimes.docker import DockerRuntime, there
from safeguards.runtimes.inspected import SWARM_SERVICE, to_instance
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.docker import Engine


class SwarmRuntime(DockerRuntime):
    """Service tasks on one node, named by service with or without the stack's name."""

    def __init__(
        self, engine: Engine, services: Sequence[str], stack: str, *, client: str = "docker"
    ) -> None:
        super().__init__(engine, services, client=client)
        self._stack = stack

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """The tasks that run, or only the newest of those that ended: Swarm keeps old ones."""
        names = dict.fromkeys((f"{self._stack}_{name}" if self._stack else name, name))
        for service in names:
            found = self._engine.labelled([f"{SWARM_SERVICE}={service}"])
            raws = [self._engine.inspect(str(summary["Id"])) for summary in found]
            tasks = [to_instance(raw) for raw in raws if raw is not None]
            running = tuple(sorted((t for t in tasks if t.running), key=lambda each: each.name))
            if tasks:
                return running or (max(tasks, key=lambda each: each.started_at),)
        return super().inspect(name)

    def advice(self, name: str, workdir: str = "") -> Advice:
        """The Swarm commands that show the log and roll the service anew."""
        service = f"{self._stack}_{name}" if self._stack else name
        own = self._client
        task = f"$({own} ps -q -f label={SWARM_SERVICE}={service} | head -n1)"
        return Advice(
            f"{own} service logs --tail 50 {service}",
            f"{own} service update --force {service}",
            f"{own} service ps {service}",
            f"{own} exec {there(workdir)}{task}",
        )
