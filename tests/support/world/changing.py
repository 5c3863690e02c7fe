"""The runtime of a world: what it shows, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.runtimes.change import Deployed, Stamp, Tell, Version
from safeguards.runtimes.observe import Advice, Instance
from safeguards.sync.startup import MARKER, Failure, Startup
from safeguards.system.http import Answer
from safeguards.system.process import Completed
from tests.support.world.process import Process
from tests.support.world.reality import Image, Revision, Session, World

NAME = "PGAPPNAME"
"""Where a migration's environment says how its session is called."""


def version_of(image: Image) -> Version:
    return Version(image.id, image.commit, image.heads, image.previous)


def completed(code: int, out: str = "", error: str = "") -> Completed:
    return Completed(("run",), code, out.encode(), error.encode(), 1)


class MemoryRuntime:
    """Looks at the containers of a world."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.world = process.world

    def list(self) -> tuple[str, ...]:
        return self.world.services

    def inspect(self, name: str) -> tuple[Instance, ...]:
        self.process.alive()
        if not self.world.up:
            raise UnreachableError("the engine does not answer")
        found = self.world.containers.get(name)
        if found is None:
            return ()
        starts = self.world.images[found.image].of.starts
        state = found.state if starts else "exited"
        return (Instance(f"{name}-1", str(found.number), state, image_id=found.image, exit_code=1),)

    def expected(self, name: str) -> int | None:
        return None

    def tagged(self, image: str) -> str:
        return ""

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        raise UnreachableError("nothing can be read here")

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        raise UnreachableError("nothing can be run here")

    def advice(self, name: str, workdir: str = "") -> Advice:
        return Advice("log", "start", "look")


class MemoryPlace:
    """A version beside production."""

    def __init__(self, process: Process, name: str, image: Image, role: str) -> None:
        self.name = name
        self.process = process
        self.world: World = process.world
        self.image = image
        self.role = role

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Tell | None = None,
    ) -> Completed:
        self._ask()
        if self.name not in self.world.places:
            raise RefusedError(f"{self.name} is gone")
        if "upgrade" not in argv:
            return self._start()
        done = self._upgrade(argv[-1], (env or {})[NAME])
        for line in (done.text + done.error_text).splitlines():
            if tell is not None:
                tell(line)
        return done

    def _start(self) -> Completed:
        of = self.image.of
        failed = None
        if not of.loads:
            failed = Failure("mappers", "ArgumentError", "which key?")
        found = Startup(of.heads, tuple(self.world.applied), 3, failed)
        said = MARKER + msgspec.json.encode(found).decode()
        return completed(1 if failed else 0, said)

    def _upgrade(self, wanted: str, name: str) -> Completed:
        revisions = {each.id: each for each in self.image.of.revisions}
        if wanted not in revisions or not self.world.applied <= revisions.keys():
            return completed(1, error=f"Can't locate revision identified by '{wanted}'")
        graph = self.image.of.graph
        done = graph.ancestors(self.world.applied)
        for each in sorted(graph.ancestors([wanted]) - done):
            ended = self._one(revisions[each], name)
            if ended is not None:
                return ended
        return completed(0, "upgraded")

    def _one(self, revision: Revision, name: str) -> Completed | None:
        """Why it failed; None when it is applied. Whoever is killed here leaves a session."""
        session = Session(name, revision)
        self.world.sessions.append(session)
        self.process.sessions.append(session)
        self.process.did(f"session of {revision.id}")
        if not self.world.up:
            raise UnreachableError("the engine does not answer")
        if self.world.slow:
            raise DeadlineError("alembic did not finish")
        if self.world.locked.get(revision.id):
            self.world.locked[revision.id] -= 1
            self.world.sessions.remove(session)
            return completed(1, error="psycopg.errors.LockNotAvailable: canceling statement")
        for number, part in enumerate(revision.parts):
            if revision.fails_at == number:
                self.world.sessions.remove(session)
                return completed(1, error=f"ProgrammingError: part {number}")
            if part in self.world.schema and not part.startswith(("-", "!")):
                self.world.sessions.remove(session)
                return completed(1, error=f"DuplicateError: {part} already exists\n(Background)")
            if not revision.transactional:
                self.world.change(part)
                session.done = number + 1
                self.process.did(f"part {number} of {revision.id}")
        self.world.sessions.remove(session)
        self.world.come_to_pass(revision, session.done)
        self.process.did(f"{revision.id} is applied")
        return None

    def _ask(self) -> None:
        self.process.alive()
        if not self.world.up:
            raise UnreachableError("the engine does not answer")

    def look(self) -> Instance:
        self._ask()
        here = self.name in self.world.places and self.image.of.starts
        return Instance(self.name, self.name, "running" if here else "exited", exit_code=1)

    def answers_at(self, public_url: str) -> str | None:
        return f"http://{self.name}" if self.image.service == self.world.services[0] else None

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        works = self.image.of.needs <= self.world.schema
        return Answer(200 if works else 500, b"", url, 1)

    def log(self) -> str:
        return f"the log of {self.name}"

    def close(self) -> None:
        self._ask()
        if self.world.places.pop(self.name, None):
            self.process.did(f"closed the {self.role}")


class MemoryChanger:
    """Changes the containers of a world."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.world = process.world

    def services(self) -> tuple[str, ...]:
        return self.world.services

    def _ask(self) -> None:
        self.process.alive()
        if not self.world.up:
            raise UnreachableError("the engine does not answer")

    def deployed(self, service: str) -> Deployed:
        self._ask()
        images, container = self.world.images, self.world.containers.get(service)
        tagged = self.world.tags.get(service)
        runs = container is not None and container.state == "running"
        return Deployed(
            service,
            f"{service}:latest",
            version_of(images[tagged]) if tagged else None,
            (version_of(images[container.image]),) if container is not None and runs else (),
        )

    def find(self, service: str, commit: str) -> Version | None:
        self._ask()
        for image in self.world.images.values():
            if (image.service, image.commit) == (service, commit):
                return version_of(image)
        return None

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        self._ask()
        assert str(source) in self.world.exports, "it is built from an export of the commit"
        of = self.world.commits[stamp.commit]
        tell("Step 1/2")
        if not of.builds:
            raise RefusedError("build failed", context=(("it printed", "no such file"),))
        name = f"sha256:{service}-{of.name}-{self.world.number()}"
        self.world.images[name] = Image(
            name, service, of, stamp.commit, stamp.heads, stamp.previous
        )
        self.process.did(f"built {service}")
        return version_of(self.world.images[name])

    def workbench(
        self, service: str, version: Version, stamp: Stamp, *, seconds: float
    ) -> MemoryPlace:
        return self._place(service, version, "workbench")

    def trial(self, service: str, version: Version, stamp: Stamp) -> MemoryPlace | None:
        return self._place(service, version, "trial")

    def _place(
        self, service: str, version: Version, role: Literal["workbench", "trial"]
    ) -> MemoryPlace:
        self._ask()
        name = f"{service}-{role}-{self.world.number()}"
        self.world.places[name] = role
        self.process.places.append(name)
        self.process.did(f"{role} of {service}")
        return MemoryPlace(self.process, name, self.world.images[version.id], role)

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        self._ask()
        world = self.world
        if version.id not in world.images:
            raise RefusedError(f"no such image {version.id}")
        if world.tags.get(service) != version.id:
            world.tags[service] = version.id
            self.process.did(f"tagged {service}")
        found = world.containers.get(service)
        if found is not None and found.state == "running" and found.image == version.id:
            return
        if found is not None:
            del world.containers[service]
            self.process.did(f"removed {service}")
        world.run_image(service, version.id)
        self.process.did(f"replaced {service}")

    def pin(self, service: str, version: Version) -> None:
        self._ask()
        if version.id not in self.world.images:
            raise RefusedError(f"no such image {version.id}")
        if self.world.pins.get(service) != version.id:
            self.world.pins[service] = version.id
            self.process.did(f"pinned {service}")

    def pinned(self, service: str) -> Version | None:
        self._ask()
        found = self.world.pins.get(service)
        return version_of(self.world.images[found]) if found else None

    def sweep(self) -> tuple[str, ...]:
        self._ask()
        found = tuple(self.world.places)
        for name in found:
            del self.world.places[name]
            self.process.did(f"swept {name}")
        return found

    def by_hand(self, service: str, version: Version) -> str:
        return f"run {service} from {version.id}"
