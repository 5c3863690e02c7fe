"""Docker Swarm: the tasks of a stack's services, on whichever node they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec

from safeguards.errors import RefusedError
from safeguards.runtimes.changing.swarm_rollout import ENDED, container_of, due
from safeguards.runtimes.changing.swarm_specs import image_name, replicas
from safeguards.runtimes.docker import DockerRuntime, there
from safeguards.runtimes.inspected import SWARM_SERVICE, since, to_instance
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.swarm import Swarm

Raw = Mapping[str, Any]


class SwarmRuntime(DockerRuntime):
    """Services of a swarm as a manager sees them, named with or without the stack's name."""

    def __init__(
        self, engine: Swarm, services: Sequence[str], stack: str, *, client: str = "docker"
    ) -> None:
        super().__init__(engine, services, client=client)
        self._swarm = engine
        self._stack = stack
        self._expected: dict[str, int] = {}
        self._node = ""

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """The tasks that should run, those of the asked node first.

        What is not up yet is left out while as many are as should, as in an update.
        """
        service = self._service(name)
        if service is None:
            self._expected.pop(name, None)
            return super().inspect(name)
        tasks = self._swarm.tasks(str(service["ID"]))
        self._node = self._node or self._swarm.node()
        found = [self._look(service, task, tasks) for task in due(tasks)]
        found.sort(key=lambda each: (bool(each.node), each.name))
        wanted = replicas(service["Spec"])
        self._expected[name] = len(found) if wanted is None else wanted
        up = tuple(each for each in found if each.running and each.health in {"healthy", "none"})
        return up if up and len(up) >= self._expected[name] else tuple(found)

    def expected(self, name: str) -> int | None:
        """As the service says; as many as there are where it has one on each node."""
        return self._expected.get(name)

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
            f"{own} service update --force {service}",
        )

    def _service(self, name: str) -> Raw | None:
        for full in dict.fromkeys((f"{self._stack}_{name}" if self._stack else name, name)):
            try:
                found = self._swarm.service(full)
            except RefusedError as error:
                raise RefusedError(
                    error.message, hint="set docker-host to a manager; see: docker node ls"
                ) from error
            if found is not None:
                return found
        return None

    def _look(self, service: Raw, task: Raw, tasks: Sequence[Raw]) -> Instance:
        """A task, with those before it in its place: Swarm restarts nothing, it makes new ones."""
        ended = _ended_before(task, tasks)
        running = task["Status"]["State"] == "running"
        # Until the next one runs, the one that ended tells more.
        shown = ended[0] if ended and not running else task
        raw = self._container(shown)
        made = to_instance(raw) if raw else self._told(service, shown)
        first = str((ended[-1] if ended else task).get("CreatedAt", ""))
        return msgspec.structs.replace(
            made, restarts=len(ended), created_at=first, age=since(first, self._swarm.seen)
        )

    def _container(self, task: Raw) -> Raw | None:
        """The container of a task of this node, while there is one."""
        container = container_of(task)
        near = container and task.get("NodeID") == self._node
        return self._swarm.inspect(container) if near else None

    def _told(self, service: Raw, task: Raw) -> Instance:
        """What the manager knows of a task whose container cannot be asked."""
        status = task["Status"]
        state = str(status["State"])
        code = int((status.get("ContainerStatus") or {}).get("ExitCode") or 0)
        return Instance(
            name=f"{service['Spec']['Name']}.{place_of(task)}.{task['ID']}",
            id=str(task["ID"]),
            state="exited" if state in ENDED else state,
            exit_code=code,
            started_at=str(status.get("Timestamp") or ""),
            uptime=since(str(status.get("Timestamp") or ""), self._swarm.seen)
            if state == "running"
            else None,
            node=str(task.get("NodeID") or "nowhere"),
            image=image_name(task["Spec"]),
            service=str(service["Spec"]["Name"]),
        )


def place_of(task: Raw) -> str:
    """What of a service's places a task is in: its number, or the node of a global service."""
    return str(task.get("Slot") or task.get("NodeID") or "")


def _ended_before(task: Raw, tasks: Sequence[Raw]) -> list[Raw]:
    """The tasks of the same image that ended by themselves, one after the other, right before
    this one in its place; newest first.
    """
    before = [
        each for each in tasks if place_of(each) == place_of(task) and each["ID"] != task["ID"]
    ]
    before.sort(key=lambda each: str(each["CreatedAt"]), reverse=True)
    return list(
        takewhile(
            lambda each: (
                each["Status"]["State"] in ENDED
                and image_name(each["Spec"]) == image_name(task["Spec"])
            ),
            before,
        )
    )
