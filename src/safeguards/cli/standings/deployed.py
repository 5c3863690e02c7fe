"""The commit that production has, as the labels of what runs tell: also in another clone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli.production import open_production
from safeguards.errors import ConfigError, UnreachableError
from safeguards.runtimes.change import COMMIT

if TYPE_CHECKING:
    from safeguards.cli.production import Production
    from safeguards.config.find import Found
    from safeguards.runtimes.observe import Advice, Instance, Runtime
    from safeguards.system.process import Completed


class Remembering:
    """A runtime that remembers what was seen through it, so that nobody has to ask again."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.seen: dict[str, tuple[Instance, ...]] = {}

    def list(self) -> tuple[str, ...]:
        """The configured names."""
        return self._runtime.list()

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """The instances behind a name."""
        self.seen[name] = self._runtime.inspect(name)
        return self.seen[name]

    def expected(self, name: str) -> int | None:
        """How many should run."""
        return self._runtime.expected(name)

    def tagged(self, image: str) -> str:
        """What an image's name stands for."""
        return self._runtime.tagged(image)

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        """The files at a path inside."""
        return self._runtime.read(name, path)

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        """Run a command inside."""
        return self._runtime.exec(name, argv, timeout=timeout, env=env, workdir=workdir)

    def advice(self, name: str, workdir: str = "") -> Advice:
        """What a person would type."""
        return self._runtime.advice(name, workdir)


def remembering(
    production: Production, found: Found
) -> tuple[Production, Callable[[], tuple[str, ...]]]:
    """The production, and what tells afterwards which commits it has, without asking again."""
    runtime = Remembering(production.seams.runtime)
    seams = msgspec.structs.replace(production.seams, runtime=runtime)
    services = _services(found, production.name, runtime)
    return (
        msgspec.structs.replace(production, seams=seams),
        lambda: labelled(runtime.seen, services),
    )


def _services(found: Found, name: str, runtime: Runtime) -> tuple[str, ...]:
    """What is built from the commit."""
    own = found.config.targets[name]
    return own.build if own.command is None else runtime.list()


def labelled(seen: Mapping[str, tuple[Instance, ...]], services: Sequence[str]) -> tuple[str, ...]:
    """The commits that all instances of these services are labelled with; none where one has no
    label. What runs on another node does not tell its labels.
    """
    found = (each for name in services for each in seen.get(name, ()) if not each.node)
    commits = {each.labels.get(COMMIT, "") for each in found}
    return () if "" in commits else tuple(sorted(commits))


def asked_production(found: Found, target_name: str) -> str | None:
    """The one commit that production has, asked of it now; None as well when it does not answer."""
    target = found.config.targets[target_name]
    if not target.build and target.command is None:
        return None
    try:
        production = open_production(found, target_name, lambda _name: {})
    except ConfigError:  # a secret that another verb needs
        return None
    try:
        runtime = production.seams.runtime
        services = _services(found, target_name, runtime)
        commits = labelled({name: runtime.inspect(name) for name in services}, services)
        return commits[0] if len(commits) == 1 else None
    except UnreachableError:
        return None
    finally:
        production.close()
