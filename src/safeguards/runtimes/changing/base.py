"""What changing Compose projects, plain containers and stacks shares: images, places, pins."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeguards.errors import RefusedError
from safeguards.runtimes.change import ROLE, SERVICE, TARGET, Deployed, Tell, Version
from safeguards.runtimes.changing.images import is_name, own_name, previous_name, to_version
from safeguards.runtimes.changing.tools import Raw, Tools

if TYPE_CHECKING:
    from safeguards.runtimes.change import Place, Stamp
    from safeguards.system.process import Completed

BUILD = 3600.0
QUICK = 60.0
"""Seconds for a build, and for a command that only asks."""

GRACE = 10
"""Seconds that a container gets to stop when it says nothing else; the engine's own default."""

SHOWN = 20
"""Lines of a failed command that are shown."""

KEEPERS = (
    ("python3", "-c", "import time; time.sleep({seconds})"),
    ("sh", "-c", "sleep {seconds}"),
)
"""What a workbench runs; the first that its image has."""


class ContainerChanger(ABC):
    """The half of a `Changer` that asks the engine alone."""

    def __init__(self, tools: Tools, services: Sequence[str], target: str) -> None:
        self._tools = tools
        self._engine = tools.engine
        self._services = tuple(services)
        self._target = target

    def services(self) -> tuple[str, ...]:
        """The services that are built, in their order."""
        return self._services

    def deployed(self, service: str) -> Deployed:
        """What production has of the service now; instances count whatever their state is."""
        raws = self._containers(service)
        tag = self._tag(service, raws)
        return Deployed(service, tag, self._version(tag), tuple(map(self._running, raws)))

    def find(self, service: str, commit: str) -> Version | None:
        """A version that was built completely from this commit and is still here."""
        found = self._version(own_name(self._tag(service), service, commit))
        return found if found is not None and found.commit == commit else None

    def pin(self, service: str, version: Version) -> None:
        """Keep a version as that to go back to: its image gets a name."""
        self._engine.tag(version.id, previous_name(self._tag(service), service))

    def pinned(self, service: str) -> Version | None:
        """The version to go back to, if there is one."""
        return self._version(previous_name(self._tag(service), service))

    def workbench(self, service: str, version: Version, stamp: Stamp, *, seconds: float) -> Place:
        """A container with the settings of the service's that sleeps and serves nothing."""
        for keeper in KEEPERS:
            command = [part.format(seconds=round(seconds)) for part in keeper]
            try:
                return self._place(service, version, stamp, "workbench", command)
            except RefusedError as error:
                if keeper is KEEPERS[-1] or not _lacks_program(error):
                    raise
        raise AssertionError

    def sweep(self) -> tuple[str, ...]:
        """Remove every place of this target's services, whoever made it; their names."""
        removed = []
        for summary in self._engine.labelled([ROLE, f"{TARGET}={self._target}"]):
            if self._is_own(summary):
                self._engine.remove(str(summary["Id"]), volumes=True)
                removed += [name.lstrip("/") for name in summary.get("Names") or ()][:1]
        return tuple(sorted(removed))

    @abstractmethod
    def _containers(self, service: str) -> list[Raw]:
        """The containers of production that are instances of the service, running or not."""

    @abstractmethod
    def _tag(self, service: str, raws: Sequence[Raw] | None = None) -> str:
        """The name that production starts the service by."""

    @abstractmethod
    def _place(
        self, service: str, version: Version, stamp: Stamp, role: str, command: Sequence[str]
    ) -> Place:
        """A container beside production that runs this command, or without one the service."""

    def _built(self, service: str, commit: str, name: str) -> Version:
        """What a build that came to its end has left under this name."""
        built = self.find(service, commit)
        if built is None:
            raise RefusedError(f"the build of {service} left no image {name} of the commit")
        return built

    def _is_own(self, summary: Raw) -> bool:
        return (summary.get("Labels") or {}).get(SERVICE) in self._services

    def _version(self, image: str) -> Version | None:
        raw = self._engine.image(image)
        return None if raw is None else to_version(raw)

    def _running(self, raw: Raw) -> Version:
        """An instance's version; its image may be gone although it runs."""
        image = str(raw["Image"])
        return self._version(image) or Version(image)

    def _stop(self, raw: Raw) -> None:
        """Stop a container, in the time that it was given for that."""
        seconds = raw["Config"].get("StopTimeout")
        self._engine.stop(str(raw["Id"]), GRACE if seconds is None else seconds)

    def _rename(self, raw: Raw, name: str) -> None:
        """Rename a container; the engine refuses that to one that waits for its next start."""
        container, waits = str(raw["Id"]), raw["State"].get("Restarting", False)
        if waits:
            self._engine.stop(container, 0)
        try:
            self._engine.rename(container, name)
        finally:
            if waits:
                self._engine.start(container)

    def _name_version(self, service: str, version: Version) -> None:
        """Let production's name stand for the version, where it has one that can."""
        tag = self._tag(service)
        if is_name(tag):
            self._engine.tag(version.id, tag)

    def _command(
        self, argv: Sequence[str], *, what: str, timeout: float, tell: Tell | None = None
    ) -> Completed:
        """Run a docker command; `RefusedError` with its last lines when it fails."""
        done = self._tools.run(
            argv, tell=tell or _ignore, timeout=timeout, env=self._tools.environment
        )
        if done.returncode != 0:
            printed = (done.text + done.error_text).replace("\r", "\n").splitlines()
            shown = "\n".join([line for line in printed if line.strip()][-SHOWN:])
            raise RefusedError(f"{what} failed", context=((" ".join(argv[:2]), shown),))
        return done


def place_name(service: str, role: str) -> str:
    """A name that no other container has."""
    return f"{service}-safeguards-{role}-{secrets.token_hex(4)}"


def _lacks_program(error: RefusedError) -> bool:
    """Whether the engine refused because the image has no such program."""
    text = "\n".join((error.message, *(text for _, text in error.context)))
    return "executable file not found" in text or "no such file or directory" in text


def _ignore(line: str) -> None:
    """Nobody watches what only asks."""
