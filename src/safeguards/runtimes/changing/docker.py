"""Changes plain containers: the old one makes way under another name until the new one runs.

The old container is what its settings are read from, so it goes last; wherever a replacement is
cut off, the next one finds it by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from safeguards.errors import RefusedError
from safeguards.globs import matches
from safeguards.runtimes.change import Stamp, Tell, Version
from safeguards.runtimes.changing.base import (
    BUILD,
    ContainerChanger,
    place_name,
)
from safeguards.runtimes.changing.cloned import Network, beside, has_own_network, replacement
from safeguards.runtimes.changing.images import image_labels, is_name, own_name, place_labels
from safeguards.runtimes.changing.places import ContainerPlace
from safeguards.runtimes.changing.project import Folders
from safeguards.runtimes.changing.tools import Raw, Tools
from safeguards.runtimes.docker import made_way, way_name

ATTEMPTS = 3
PAUSE = 1.0
"""Tries until the new container is made: what a replacement that was cut off had asked of the
engine may still go on, and gets in the way."""


class DockerChanger(ContainerChanger):
    """Containers by their names, each built from one Dockerfile of the repository."""

    def __init__(
        self,
        tools: Tools,
        services: Sequence[str],
        target: str,
        folders: Folders,
        restart_on: Sequence[str] = (),
    ) -> None:
        super().__init__(tools, services, target)
        self._folders = folders
        self._restart_on = tuple(restart_on)

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        """Build the Dockerfile that belongs to the container, in its own folder, without arguments.

        That is the one in a folder of the container's name, else the only one, else the only one
        that `restart-on` names.
        """
        recipe = self._recipe(service, self._folders.exported(source))
        name = own_name(self._tag(service), service, stamp.commit)
        labels = image_labels(stamp).items()
        marks = [part for pair in labels for part in ("--label", "=".join(pair))]
        argv = ("docker", "build", "-t", name, *marks, "-f", str(recipe), str(recipe.parent))
        self._command(argv, what=f"the build of {service}", timeout=BUILD, tell=tell)
        return self._built(service, stamp.commit, name)

    def trial(self, service: str, version: Version, stamp: Stamp) -> ContainerPlace | None:
        """The same container beside the old one; None when it has no network of its own."""
        if not has_own_network(self._source(service)):
            return None
        return self._place(service, version, stamp, "trial", ())

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        """Make the container anew from the version; an old one that cannot be replaced runs on."""
        prepared = self._prepare(service, version)
        if prepared is not None:
            old, new = prepared
            self._exchange(service, old[-1], new, tell)
            self._forget(old)

    def by_hand(self, service: str, version: Version) -> str:
        """How to name the version; that the container's settings are known is up to its owner."""
        tag, client = self._tag(service), self._tools.client
        how = f"then make {service} anew, with the settings that this shows:"
        named = f"{client} tag {version.id} {tag}\n" if is_name(tag) else f"# from {version.id}\n"
        return f"{named}# {how}\n{client} inspect {service}"

    def _prepare(self, service: str, version: Version) -> tuple[list[Raw], str] | None:
        """The old containers, out of the way, and the new one; None when it is in place."""
        attempt = 1
        while True:
            try:
                old = self._make_way(service, version)
                return (old, self._make_new(service, version, old[-1])) if old else None
            except RefusedError:
                if attempt == ATTEMPTS or not self._containers(service):
                    self._give_up(service)
                    raise
            self._tools.clock.sleep(PAUSE)
            attempt += 1

    def _give_up(self, service: str) -> None:
        """Nothing was stopped yet: an old container that made way gets its name back."""
        current, old = self._engine.inspect(service), self._made_way(service)
        if old and (current is None or not _was_started(current)):
            self._restore(service, old[-1])

    def _make_way(self, service: str, version: Version) -> list[Raw]:
        """The containers that were renamed, oldest first; none when the version is in place."""
        self._name_version(service, version)
        current, old = self._engine.inspect(service), self._made_way(service)
        if current is not None and old:
            # One that was ever started is complete, and knows better than what it replaced.
            half = not _was_started(current)
            self._forget([current] if half else old)
            current, old = (None, old) if half else (current, [])
        if current is not None and current["Image"] == version.id:
            self._engine.start(str(current["Id"]))
            return []
        if current is not None:
            self._rename(current, way_name(service, str(current["Id"])))
            return [current]
        if not old:
            raise _no_container(service)
        return old

    def _make_new(self, service: str, version: Version, old: Raw) -> str:
        tag = str(old["Config"]["Image"])
        name = tag if is_name(tag) else version.id
        body, networks = replacement(old, self._engine.image(str(old["Image"])), name)
        return self._make(service, body, networks)

    def _exchange(self, service: str, old: Raw, new: str, tell: Tell) -> None:
        """The old container for the new one; when that cannot be started, the old one is back."""
        tell(f"stopping the old {service}")
        self._stop(old)
        try:
            self._engine.start(new)
        except RefusedError:
            self._restore(service, old)
            raise
        tell(f"started the new {service}")

    def _restore(self, service: str, old: Raw) -> None:
        # One that was to be removed when it stops is gone: the new one alone has its settings.
        if self._engine.inspect(str(old["Id"])) is None:
            return
        self._engine.remove(service)
        self._rename(old, service)
        self._engine.start(str(old["Id"]))
        tag = str(old["Config"]["Image"])
        if is_name(tag):
            self._engine.tag(str(old["Image"]), tag)

    def _make(self, name: str, body: Raw, networks: Sequence[Network]) -> str:
        made = self._engine.create(name, body)
        for network, how in networks:
            self._engine.connect(network, made, how)
        return made

    def _forget(self, old: Sequence[Raw]) -> None:
        """Without its volumes: the new container has them."""
        for each in old:
            self._engine.remove(str(each["Id"]))

    def _place(
        self, service: str, version: Version, stamp: Stamp, role: str, command: Sequence[str]
    ) -> ContainerPlace:
        raw = self._source(service)
        name = place_name(service, role)
        labels = place_labels(stamp, role, service)
        image = self._engine.image(str(raw["Image"]))
        body, networks = beside(raw, image, version.id, labels, command)
        try:
            made = self._make(name, body, networks)
            self._engine.start(made)
        except BaseException:
            self._engine.remove(name, volumes=True)
            raise
        return ContainerPlace(self._tools, made, name, raw)

    def _recipe(self, service: str, folder: Path) -> Path:
        found = [Path(path) for path in self._tools.files(folder).find("Dockerfile")]
        for chosen in (
            [path for path in found if path.parent.name == service],
            found,
            [path for path in found if matches(path.as_posix(), self._restart_on)],
        ):
            if len(chosen) == 1:
                return folder / chosen[0]
        what = "several Dockerfiles" if found else "no Dockerfile"
        raise RefusedError(
            f"the commit has {what} below the configuration's folder: none can be told to be "
            f"that of {service}",
            hint=f"put it into a folder {service}, or name one in restart-on",
            context=(("found", "\n".join(map(str, found))),) if found else (),
        )

    def _containers(self, service: str) -> list[Raw]:
        """The container, and one that makes way for it, oldest first."""
        current = self._engine.inspect(service)
        return [*self._made_way(service), *([] if current is None else [current])]

    def _source(self, service: str) -> Raw:
        """The container that has the settings: the old one as long as it is there."""
        found = self._containers(service)
        if not found:
            raise _no_container(service)
        return found[0]

    def _made_way(self, service: str) -> list[Raw]:
        raws = [self._engine.inspect(each) for each in made_way(self._engine, service)]
        return sorted((raw for raw in raws if raw is not None), key=lambda raw: str(raw["Created"]))

    def _tag(self, service: str, raws: Sequence[Raw] | None = None) -> str:
        found = [self._source(service)] if raws is None else raws
        if not found:
            raise _no_container(service)
        return str(found[0]["Config"]["Image"])


def _was_started(raw: Raw) -> bool:
    return not str(raw["State"].get("StartedAt", "")).startswith("0001-")


def _no_container(service: str) -> RefusedError:
    return RefusedError(
        f"there is no container {service}",
        hint="start it once by hand: its settings are taken from it",
    )
