"""Plain Docker: containers by their names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.runtimes.inspected import to_instance
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.docker import Engine
    from safeguards.system.process import Completed


def there(workdir: str) -> str:
    """The option of `docker exec` that starts in this folder, with a space after it."""
    return f"-w {shlex.quote(workdir)} " if workdir else ""


def way_name(name: str, container: str) -> str:
    """What a container of this name and id is called while it makes way for a new one."""
    return f"{name}-safeguards-old-{container[:12]}"


def made_way(engine: Engine, name: str) -> tuple[str, ...]:
    """The ids of the containers that make way for a new one of this name."""
    found = engine.named(f"^/{re.escape(way_name(name, ''))}[0-9a-f]{{12}}$")
    return tuple(str(summary["Id"]) for summary in found)


class DockerRuntime:
    """Containers of one engine, by name or id. `client` is what a person types to ask it."""

    def __init__(
        self, engine: Engine, containers: Sequence[str], *, client: str = "docker"
    ) -> None:
        self._engine = engine
        self._client = client
        self._containers = tuple(containers)

    def list(self) -> tuple[str, ...]:
        """The configured names, in order."""
        return self._containers

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """The container of this name, or nothing.

        While a replacement is under way, or was cut off, the one that makes way for it counts as
        long as the new one does not run.
        """
        raw = self._engine.inspect(name)
        found = () if raw is None else (to_instance(raw),)
        if found and found[0].running:
            return found
        olds = [self._engine.inspect(each) for each in made_way(self._engine, name)]
        seen = [to_instance(old) for old in olds if old is not None]
        running = tuple(each for each in seen if each.running)
        return running[:1] or found or tuple(seen[:1])

    def expected(self, name: str) -> int | None:
        """Nobody says: there is one container of a name."""
        return None

    def tagged(self, image: str) -> str:
        """What the engine has under the name; an id stands for itself."""
        return "" if image.startswith("sha256:") else self._engine.image_id(image)

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        """The files at a path inside; the container may be stopped."""
        return self._engine.archive(self._one(name), path) or {}

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        """Run a command inside the container."""
        container = self._one(name)
        return self._engine.run(container, argv, timeout=timeout, env=env, workdir=workdir)

    def advice(self, name: str, workdir: str = "") -> Advice:
        """The docker commands about the container of this name."""
        own = self._client
        return Advice(
            f"{own} logs --tail 50 {name}",
            f"{own} start {name}",
            f"{own} ps --all",
            f"{own} exec {there(workdir)}{name}",
        )

    def _one(self, name: str) -> str:
        """The id to address; of several replicas a running one."""
        instances = [each for each in self.inspect(name) if not each.node]
        if not instances:
            raise UnreachableError(f"there is no container {name}", hint="see: docker ps --all")
        return next((each.id for each in instances if each.running), instances[0].id)
