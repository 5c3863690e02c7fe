"""A version of a swarm's service beside the service: one task of a service of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.runtimes.change import SERVICE
from safeguards.runtimes.changing.bounded import TIMED_OUT, bounded
from safeguards.runtimes.changing.places import BACKSTOP, LOG_LINES
from safeguards.runtimes.changing.swarm_rollout import ENDED, container_of, reason_of
from safeguards.runtimes.changing.tools import Raw
from safeguards.runtimes.inspected import SWARM_SERVICE, to_instance
from safeguards.runtimes.observe import Instance

if TYPE_CHECKING:
    from safeguards.runtimes.change import Tell
    from safeguards.system.clock import Clock
    from safeguards.system.http import Answer
    from safeguards.system.process import Completed
    from safeguards.system.swarm import Swarm

_LOOK = 0.2
_OVER = ENDED | {"shutdown", "orphaned"}


class SwarmPlace:
    """One task on this node, of a service made for it. `ports` lead from the ports at which
    production is published to those at which a task of it answers.
    """

    def __init__(self, swarm: Swarm, clock: Clock, spec: Raw, ports: Mapping[int, int]) -> None:
        self.name = str(spec["Name"])
        self._swarm = swarm
        self._clock = clock
        self._spec = spec
        self._ports = ports
        self._service = ""
        self._public_host = ""

    def open(self, seconds: float, *, running: bool) -> None:
        """Start it, in place of one of the same name; its container was started when this returns.

        Raises `DeadlineError` when Swarm finds no room for it within `seconds`, and `RefusedError`
        when there is no container, or none that is `running` where it has to be. It is gone then.
        """
        try:
            self.close()
            self._service = self._swarm.create_service(self._spec)
            self._wait(seconds, running=running)
        except BaseException:
            self.close()
            raise

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Tell | None = None,
    ) -> Completed:
        """Run a command in the task's container; it ends there in time although we are killed."""
        wrapped, limit = bounded(argv, timeout), timeout + BACKSTOP
        done = self._swarm.run_told(
            self._here(), wrapped, timeout=limit, env=env, workdir=workdir, tell=tell
        )
        if done.returncode == TIMED_OUT and done.duration_ms >= timeout * 1000:
            raise DeadlineError(f"{argv[0]} in {self.name} did not finish within {timeout:g} s")
        return msgspec.structs.replace(done, argv=tuple(argv))

    def look(self) -> Instance:
        """The container of the task; what Swarm says of the task when it has none any more."""
        task = self._task()
        if task is None:
            return Instance(self.name, "", "exited", exit_code=-1)
        container = container_of(task)
        raw = self._swarm.inspect(container) if container else None
        if raw is not None:
            return to_instance(raw)
        over = task["Status"]["State"] in _OVER
        return Instance(self.name, container, "exited" if over else "created", exit_code=-1)

    def answers_at(self, public_url: str) -> str | None:
        """The same path at the task itself, when the service is published at the URL's port or the
        URL names the service; None behind a proxy, and for https, whose certificate is not made
        out to an address.
        """
        parts = urlsplit(public_url)
        asked = parts.port or 80
        port = asked if parts.hostname in self._names() else self._ports.get(asked)
        if parts.scheme != "http" or port is None:
            return None
        self._public_host = parts.netloc.rpartition("@")[2]
        return urlunsplit(("http", f"127.0.0.1:{port}", parts.path, parts.query, ""))

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        """Asked from inside the container, with the public address as its host: nothing leads
        there from outside.
        """
        if self._public_host and "host" not in {name.lower() for name in headers}:
            headers = {**headers, "host": self._public_host}
        return self._swarm.fetch(self._here(), method, url, headers=headers, timeout=timeout)

    def log(self) -> str:
        """The last lines of the container, or why there is none."""
        task = self._task()
        container = container_of(task) if task else ""
        said = self._swarm.log(container, LOG_LINES) if container else ""
        return said or (reason_of(task) if task else "")

    def close(self) -> None:
        """Remove the service, and its container, which Swarm would take seconds for."""
        self._swarm.remove_service(self.name)
        for each in self._swarm.labelled([f"{SWARM_SERVICE}={self.name}"]):
            self._swarm.remove(str(each["Id"]), volumes=True)

    def _wait(self, seconds: float, *, running: bool) -> None:
        deadline = self._clock.monotonic() + seconds
        while True:
            task = self._task()
            said = f"{self.name} does not start: {reason_of(task) if task else 'no task'}"
            if task is not None:
                seen = self.look()
                if seen.state == "exited" and (running or not container_of(task)):
                    raise RefusedError(said, context=(("log", self.log()),))
                if container_of(task) and seen.state != "created":
                    return
            if self._clock.monotonic() > deadline:
                raise DeadlineError(
                    f"{said} (within {seconds:g} s)",
                    hint="the new image is on the asked node alone: the service has to run there",
                )
            self._clock.sleep(_LOOK)

    def _names(self) -> set[str]:
        """Under which the service is found inside its networks, where no port is published."""
        return {self._spec["Labels"][SERVICE], self.name.partition("-safeguards-")[0]}

    def _here(self) -> str:
        task = self._task()
        container = container_of(task) if task else ""
        if not container:
            raise UnreachableError(f"{self.name} has no container on the asked node")
        return container

    def _task(self) -> Raw | None:
        tasks = self._swarm.tasks(self._service) if self._service else ()
        return max(tasks, key=lambda task: str(task["CreatedAt"]), default=None)
