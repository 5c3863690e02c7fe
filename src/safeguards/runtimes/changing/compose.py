"""Changes the services of a Docker Compose project, in the folder it was brought up from."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safeguards.errors import NotInstalledError, RefusedError
from safeguards.runtimes.change import Stamp, Tell, Version
from safeguards.runtimes.changing.base import (
    BUILD,
    QUICK,
    ContainerChanger,
    place_name,
)
from safeguards.runtimes.changing.images import image_labels, is_name, own_name, place_labels
from safeguards.runtimes.changing.override import build_override, place_override
from safeguards.runtimes.changing.places import ContainerPlace
from safeguards.runtimes.changing.project import (
    Folders,
    Project,
    commit_project,
    production_project,
)
from safeguards.runtimes.changing.tools import Raw, Tools
from safeguards.runtimes.inspected import PROJECT, SERVICE

ONE_OFF = "com.docker.compose.oneoff"
NUMBER = "com.docker.compose.container-number"

UP = 600.0
"""Seconds for the replacement of a service; containers may take long to stop."""

ATTEMPTS = 2
PAUSE = 1.0
"""Tries of a replacement: what an earlier one, cut off, set going in the engine may go on."""

_HALF_REPLACED = re.compile(r"[0-9a-f]{12}_(.+)")
"""What Compose calls a new container until the old one is gone."""


class ComposeChanger(ContainerChanger):
    """The services of one project; needs the docker command with Compose 2.24 or later."""

    def __init__(
        self, tools: Tools, services: Sequence[str], target: str, project: str, folders: Folders
    ) -> None:
        super().__init__(tools, services, target)
        self._project = project
        self._folders = folders
        self._has_compose = False

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        """Build what the commit's Compose files say, with production's variables."""
        production = self._production()
        commit = commit_project(production, self._folders, source)
        config = self._config(commit, service, "--no-env-resolution")
        if not config.get("build"):
            raise RefusedError(
                f"{commit.files[0].name} of the commit builds no image for {service}",
                hint="give the service a build section, or take it out of build",
            )
        name = own_name(self._tag(service), service, stamp.commit)
        override = build_override(service, config, name, image_labels(stamp))
        with self._tools.scratch("override.yaml", override) as path:
            argv = (*self._argv(commit, path), "build", service)
            self._compose(argv, what=f"the build of {service}", timeout=BUILD, tell=tell)
        return self._built(service, stamp.commit, name)

    def trial(self, service: str, version: Version, stamp: Stamp) -> ContainerPlace | None:
        """A one-off container of the service; None when it has no network of its own."""
        config = self._config(self._production(), service)
        if config.get("network_mode", "bridge") not in {"bridge", "default", "none"}:
            return None
        return self._place(service, version, stamp, "trial", ())

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        """Let production's name stand for the version, and bring up the service by it."""
        if not is_name(self._tag(service)):
            raise RefusedError(
                f"{service} is started by {self._tag(service)}, which no build can replace",
                hint="give its image a name with a tag in the Compose file",
            )
        self._name_version(service, version)
        production = self._production()
        for attempt in range(1, ATTEMPTS + 1):
            self._end_stopping(service)
            argv = (*self._argv(production), *self._up(service))
            try:
                self._compose(argv, what=f"bringing up {service}", timeout=UP, tell=tell)
            except RefusedError:
                if attempt == ATTEMPTS:
                    raise
                self._tools.clock.sleep(PAUSE)
            else:
                break
        self._settle(service)

    def by_hand(self, service: str, version: Version) -> str:
        """The two commands that `replace` consists of."""
        client = self._tools.client
        up = shlex.join(self._production().argv(()))
        return (
            f"{client} tag {version.id} {shlex.quote(self._tag(service))}\n"
            f"{client} {up} {shlex.join(self._up(service))}"
        )

    def _up(self, service: str) -> tuple[str, ...]:
        """As many instances as there are: one that is half replaced has its old one's number."""
        numbers = {raw["Config"]["Labels"].get(NUMBER) for raw in self._containers(service)}
        scale = ("--scale", f"{service}={len(numbers)}") if numbers else ()
        return ("up", "-d", "--no-build", "--no-deps", "--pull", "never", *scale, service)

    def _end_stopping(self, service: str) -> None:
        """Stop the old container of a replacement that was cut off: the engine may be about to.

        It runs until then, and would be taken for one that can stay.
        """
        raws = {str(raw["Name"]).lstrip("/"): raw for raw in self._containers(service)}
        for half in map(_HALF_REPLACED.fullmatch, raws):
            if half is not None and half[1] in raws:
                self._stop(raws[half[1]])

    def _settle(self, service: str) -> None:
        """Give a container the name that a replacement, cut off, did not come to give it."""
        for raw in self._containers(service):
            half = _HALF_REPLACED.fullmatch(str(raw["Name"]).lstrip("/"))
            if half is not None and self._engine.inspect(half[1]) is None:
                self._rename(raw, half[1])

    def _place(
        self, service: str, version: Version, stamp: Stamp, role: str, command: Sequence[str]
    ) -> ContainerPlace:
        production = self._production()
        config = self._config(production, service)
        name = place_name(f"{self._project}-{service}", role)
        labels = place_labels(stamp, role, service)
        override = place_override(service, config, version.id, serves=not command)
        marks = [part for pair in labels.items() for part in ("--label", "=".join(pair))]
        entry = ("--entrypoint", command[0]) if command else ()
        run = ("run", "-d", "--no-deps", "--no-TTY", "--name", name, *marks, *entry, service)
        try:
            with self._tools.scratch("override.yaml", override) as path:
                argv = (*self._argv(production, path), *run, *command[1:])
                self._compose(argv, what=f"starting a {role} of {service}", timeout=UP)
            raw = self._engine.inspect(name)
        except BaseException:
            self._engine.remove(name, volumes=True)
            raise
        if raw is None:
            raise RefusedError(f"the {role} of {service} is gone: somebody removed it")
        beside = next(iter(self._containers(service)), None)
        return ContainerPlace(self._tools, str(raw["Id"]), name, beside)

    def _containers(self, service: str) -> list[Raw]:
        found = self._engine.labelled(
            [f"{PROJECT}={self._project}", f"{SERVICE}={service}", f"{ONE_OFF}=False"]
        )
        raws = (self._engine.inspect(str(summary["Id"])) for summary in found)
        return sorted((raw for raw in raws if raw is not None), key=lambda raw: str(raw["Created"]))

    def _tag(self, service: str, raws: Sequence[Raw] | None = None) -> str:
        for raw in self._containers(service) if raws is None else raws:
            return str(raw["Config"]["Image"])
        config = self._config(self._production(), service)
        return str(config.get("image") or f"{self._project}-{service}")

    def _is_own(self, summary: Raw) -> bool:
        same = (summary.get("Labels") or {}).get(PROJECT) == self._project
        return same and super()._is_own(summary)

    def _production(self) -> Project:
        """By the newest container of a service that is built, else of any in the project."""
        raws = [raw for service in self._services for raw in self._containers(service)]
        raw: Raw | None = max(raws, key=lambda each: str(each["Created"]), default=None)
        if raw is None:
            found = self._engine.labelled([f"{PROJECT}={self._project}", f"{ONE_OFF}=False"])
            raw = self._engine.inspect(str(found[0]["Id"])) if found else None
        return production_project(self._project, raw, self._folders)

    def _config(self, project: Project, service: str, *more: str) -> Mapping[str, Any]:
        """The service as Compose resolves it; it may hold secrets."""
        argv = (*self._argv(project), "config", "--format", "json", *more, service)
        done = self._compose(
            argv, what=f"reading {project.files[0].name} for {service}", timeout=QUICK
        )
        found: Mapping[str, Any] = json.loads(done.text)["services"][service]
        return found

    def _argv(self, project: Project, *more: Path) -> tuple[str, ...]:
        return project.argv(("docker",), *more)

    def _compose(
        self, argv: Sequence[str], *, what: str, timeout: float, tell: Tell | None = None
    ) -> Any:
        if not self._has_compose:
            try:
                self._command(("docker", "compose", "version"), what="compose", timeout=QUICK)
            except RefusedError as error:
                raise NotInstalledError(
                    "the docker command has no Compose",
                    hint="install the plugin: https://docs.docker.com/compose/install",
                    context=error.context,
                ) from None
            self._has_compose = True
        return self._command(argv, what=what, timeout=timeout, tell=tell)
