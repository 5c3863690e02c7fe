"""Docker Swarm: versions of a stack's services, replaced by updates that Swarm itself takes back.

A service starts from the image that its specification names. Every version that we bring there has
a name of its own, `REPOSITORY:safeguards-` and the first figures of the image's id, which never
stands for anything else: the name's image is the containers' image, and another version is
another specification, without which Swarm would replace nothing. The name in the stack's file
follows once the update is completed: `docker stack deploy` then brings back no older version.
"""

from __future__ import annotations

import os.path
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import DeadlineError, RefusedError
from safeguards.runtimes.change import ROLE, TARGET, Deployed, Stamp, Tell, Version
from safeguards.runtimes.changing.base import BUILD, ContainerChanger
from safeguards.runtimes.changing.images import image_labels, own_name, place_labels
from safeguards.runtimes.changing.places import LOG_LINES
from safeguards.runtimes.changing.project import Folders
from safeguards.runtimes.changing.swarm_place import SwarmPlace
from safeguards.runtimes.changing.swarm_rollout import (
    Progress,
    container_of,
    due,
    newest_failure,
    patience,
    progress,
    reason_of,
)
from safeguards.runtimes.changing.swarm_specs import (
    beside,
    image_name,
    order_of,
    ports,
    started_by,
    updated,
)
from safeguards.runtimes.changing.tools import Raw, Tools

if TYPE_CHECKING:
    from safeguards.system.stack_file import Recipe
    from safeguards.system.swarm import Swarm

_LOOK = 0.5


class Recipes(Protocol):
    """`stack_file.recipe`."""

    def __call__(
        self, source: Path, file: Path, service: str, *, env_file: Path, required: bool
    ) -> Recipe:
        """How a service is built from an export of a commit."""


class Stack(msgspec.Struct, frozen=True):
    """The services of a target that are built, in order, and the stack that they are of, "" for
    none. `health_timeout` is seconds that one batch of new tasks gets to become healthy.
    """

    target: str
    services: tuple[str, ...]
    name: str = ""
    health_timeout: float = 60.0


class SwarmChanger(ContainerChanger):
    """Replaces services of a swarm from images of the asked node; `swarm` is the tools' engine."""

    def __init__(
        self, tools: Tools, swarm: Swarm, stack: Stack, folders: Folders, recipes: Recipes
    ) -> None:
        super().__init__(tools, stack.services, stack.target)
        self._swarm = swarm
        self._clock = tools.clock
        self._stack = stack
        self._folders = folders
        self._recipes = recipes

    def deployed(self, service: str) -> Deployed:
        """The image that the specification names, and that of each task that should run."""
        tag = image_name(self._service(service)["Spec"])
        running = tuple(
            self._running(raw) if raw else self._version_of(task)
            for task, raw in self._due(service)
        )
        return Deployed(service, tag, self._version(tag), running)

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        """Build what the commit says, as an image of the asked node alone."""
        name = own_name(self._tag(service), service, stamp.commit)
        own = self._folders.compose
        recipe = self._recipes(
            source,
            self._folders.exported(source) / os.path.relpath(own, self._folders.config),
            service,
            env_file=own.parent / ".env",
            required=bool(self._folders.compose_file),
        )
        labels = [f"{label}={value}" for label, value in image_labels(stamp).items()]
        args = [f"{name}={value}" for name, value in recipe.args.items()]
        argv = ["docker", "build", "--tag", name]
        argv += [part for label in labels for part in ("--label", label)]
        argv += [part for each in args for part in ("--build-arg", each)]
        argv += ["--target", recipe.stage] if recipe.stage else []
        argv += ["--file", str(recipe.context / recipe.dockerfile), str(recipe.context)]
        self._command(argv, what=f"the build of {service}", timeout=BUILD, tell=tell)
        return self._built(service, stamp.commit, name)

    def trial(self, service: str, version: Version, stamp: Stamp) -> SwarmPlace | None:
        """A task of the service that runs, without its ports and its names."""
        return self._place(service, version, stamp, "trial", ())

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        """Update the service, and see Swarm complete that; a failure is rolled back by Swarm.

        An update to this version that is under way is joined. `RefusedError` says why the newest
        task failed.
        """
        self._roll(service, self._standing(service, version), tell)
        self._name_version(service, version)

    def sweep(self) -> tuple[str, ...]:
        """The services that are places of this target's services."""
        found = [
            each["Spec"]
            for each in self._swarm.services(label=[ROLE, f"{TARGET}={self._target}"])
            if self._is_own(each["Spec"])
        ]
        for spec in found:
            SwarmPlace(self._swarm, self._clock, spec, {}).close()
        return tuple(sorted(str(spec["Name"]) for spec in found))

    def by_hand(self, service: str, version: Version) -> str:
        """A tag and a service update."""
        spec = self._service(service)["Spec"]
        name, client = shlex.quote(self._name(service, version)), self._tools.client
        return (
            f"{client} tag {version.id} {name}\n"
            f"{client} service update --image {name} --no-resolve-image"
            f" --update-order {order_of(spec)} --update-failure-action rollback {spec['Name']}"
        )

    def _place(
        self, service: str, version: Version, stamp: Stamp, role: str, command: Sequence[str]
    ) -> SwarmPlace:
        found = self._service(service)
        image, node = self._named(service, version), self._swarm.node()
        labels = place_labels(stamp, role, service)
        spec = beside(found["Spec"], image=image, node=node, labels=labels, command=command)
        place = SwarmPlace(self._swarm, self._clock, spec, ports(found))
        place.open(self._stack.health_timeout, running=bool(command))
        return place

    def _roll(self, service: str, image: str, tell: Tell) -> None:
        node, found = self._swarm.node(), self._service(service)
        deadline = self._deadline(updated(found["Spec"], image))
        asked = given_up = False
        said, failure = "", None
        while True:
            found = self._service(service)
            tasks = self._swarm.tasks(found["ID"])
            failure = newest_failure(tasks, image) or failure
            now = progress(found, tasks, image, asked=asked, node=node)
            if now.stage == "done":
                return
            if now.stage == "refused":
                raise self._refusal(service, found, failure, late=given_up)
            asked = now.stage != "wanted" or self._ask(service, found, image)
            if now.said != said:
                said = now.said
                tell(f"{service}: {said}")
            if self._clock.monotonic() > deadline:
                if given_up or not self._give_up(found, now):
                    raise DeadlineError(
                        f"the update of {service} did not end in time: {said}",
                        hint=f"see: {self._tools.client} service ps {found['Spec']['Name']}",
                    )
                given_up, deadline = True, self._deadline(found["Spec"])
            self._clock.sleep(_LOOK)

    def _deadline(self, spec: Raw) -> float:
        return self._clock.monotonic() + patience(spec, self._stack.health_timeout)

    def _ask(self, service: str, found: Raw, image: str) -> bool:
        """Ask for the update; False when the service was changed by others meanwhile."""
        stands = image_name(found["Spec"]) == image
        try:
            self._swarm.update_service(found, updated(found["Spec"], image, force=stands))
        except RefusedError:
            if self._service(service)["Version"] == found["Version"]:
                raise
            return False
        return True

    def _give_up(self, found: Raw, now: Progress) -> bool:
        """Have Swarm go back; False when it does so already, has nothing to go back to, or has
        brought the new version up and only waits for the old one to end.
        """
        state = (found.get("UpdateStatus") or {}).get("State", "")
        ahead = now.stage == "going" and now.ready < now.total
        if not ahead or state == "rollback_started" or not found.get("PreviousSpec"):
            return False
        self._swarm.roll_back(found)
        return True

    def _refusal(
        self,
        service: str,
        found: Raw,
        failure: Raw | None,
        *,
        late: bool,
    ) -> RefusedError:
        status = found.get("UpdateStatus") or {}
        ended = "went back to" if status.get("State") == "rollback_completed" else "stopped at"
        why = "it did not become healthy in time" if late else str(status.get("Message", ""))
        said = ""
        if failure:
            container = container_of(failure)
            raw = self._swarm.inspect(container) if container else None
            why = reason_of(failure, raw)
            said = self._swarm.log(container, LOG_LINES) if raw else ""
        return RefusedError(
            f"{service}: {why}; Swarm {ended} {image_name(found['Spec'])}",
            hint=f"see: {self._tools.client} service ps --no-trunc {found['Spec']['Name']}",
            context=(("log of the new instance", said),) if said else (),
        )

    def _service(self, service: str) -> Raw:
        for name in dict.fromkeys((self._full(service), service)):
            found = self._swarm.service(name)
            if found is not None:
                return found
        raise RefusedError(
            f"there is no service {self._full(service)}",
            hint=f"deploy the stack first; see: {self._tools.client} service ls",
        )

    def _full(self, service: str) -> str:
        return f"{self._stack.name}_{service}" if self._stack.name else service

    def _due(self, service: str) -> list[tuple[Raw, Raw | None]]:
        """Each task that should run, and its container where that is on this node."""
        tasks = due(self._swarm.tasks(self._service(service)["ID"]))
        tasks.sort(key=lambda task: (int(task.get("Slot") or 0), str(task["ID"])))
        containers = map(container_of, tasks)
        raws = [self._swarm.inspect(each) if each else None for each in containers]
        return list(zip(tasks, raws, strict=True))

    def _containers(self, service: str) -> list[Raw]:
        return [raw for _, raw in self._due(service) if raw is not None]

    def _tag(self, service: str, raws: Sequence[Raw] | None = None) -> str:
        """What the service was started by at first; names of versions are made from that."""
        return started_by(self._service(service)["Spec"])

    def _name(self, service: str, version: Version) -> str:
        """The name that stands for this version alone."""
        return own_name(self._tag(service), service, version.id.removeprefix("sha256:"))

    def _standing(self, service: str, version: Version) -> str:
        """The name that the service is to be started by: what it has, when that and all that runs
        is this version already, as after a failure that Swarm took back; else the version's own.
        """
        now = self.deployed(service)
        if {each.id for each in (now.tagged, *now.running) if each} == {version.id} and now.tagged:
            return now.tag
        return self._named(service, version)

    def _named(self, service: str, version: Version) -> str:
        """The same, made to stand for it. `RefusedError` when the image is gone."""
        if self._version(version.id) is None:
            raise RefusedError(
                f"the asked node has no image {version.id}",
                hint=f"build {service} again from {version.commit or 'its commit'}",
            )
        name = self._name(service, version)
        self._swarm.tag(version.id, name)
        return name

    def _version_of(self, task: Raw) -> Version:
        """What the name that a task is started by stands for on this node."""
        name = image_name(task["Spec"])
        return self._version(name) or Version(name)
