"""What every runtime lets us change, whatever runs production.

A built version is an image, or the folder of a release where production runs by commands. Before a
version replaces the old one it can be looked at in a `Place`: beside production, with its
surroundings, without its traffic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance
    from safeguards.system.http import Answer
    from safeguards.system.process import Completed

COMMIT = "safeguards.commit"
HEADS = "safeguards.heads"
RUN = "safeguards.run"
TARGET = "safeguards.target"
PREVIOUS = "safeguards.previous"
ROLE = "safeguards.role"
SERVICE = "safeguards.service"
"""Labels of images and containers; heads are joined by commas, `ROLE` is `workbench` or `trial`,
`SERVICE` says of which service a container is a `Place`."""

Tell = Callable[[str], None]
"""Takes one line about how something slow goes on."""


class Stamp(msgspec.Struct, frozen=True):
    """What a version is labelled with when it is built, and a `Place` when it is made.

    `previous` is the version that the service had before.
    """

    target: str
    run: str
    commit: str
    heads: tuple[str, ...] = ()
    previous: str = ""


class Version(msgspec.Struct, frozen=True):
    """One build of a service. `id` names exactly this build: an image's id, a release's folder.

    `commit` and `heads` are its labels; empty for one that was not built by us.
    """

    id: str
    commit: str = ""
    heads: tuple[str, ...] = ()
    previous: str = ""


class Deployed(msgspec.Struct, frozen=True):
    """What production has of a service: `tag` is the name that it is started by, `tagged` what the
    name stands for now, `running` what each instance was started from.
    """

    service: str
    tag: str
    tagged: Version | None = None
    running: tuple[Version, ...] = ()


class Place(Protocol):
    """A version beside production: its environment, networks and volumes, none of its traffic.

    It is labelled, so that `Changer.sweep` finds it when whoever made it was killed. Every call
    raises `UnreachableError` as a `Runtime` does.
    """

    name: str

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Tell | None = None,
    ) -> Completed:
        """Run a command inside; ended, with all that it started, after `timeout` seconds.

        `tell` gets each line of its two outputs as it comes.
        """

    def look(self) -> Instance:
        """How the version is now; `state` is `exited` when it has ended."""

    def answers_at(self, public_url: str) -> str | None:
        """The URL at which this place answers what production answers at `public_url`; None when
        this service is not what answers there, or cannot tell.
        """

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        """As `Http.fetch`, from wherever the place can be reached."""

    def log(self) -> str:
        """The last lines that it printed."""

    def close(self) -> None:
        """Remove it; harmless when it is gone."""


class Changer(Protocol):
    """Brings versions of a target's services into production.

    Every call may be cut off anywhere and made again. Each raises `UnreachableError` when the
    runtime cannot be asked, and `RefusedError`, with what was printed, when it says no.
    """

    def services(self) -> tuple[str, ...]:
        """The services that are built, in their order: the first is the barrier of a roll."""

    def deployed(self, service: str) -> Deployed:
        """What production has of the service now."""

    def find(self, service: str, commit: str) -> Version | None:
        """A version that was built from this commit and is still here."""

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        """Build the service from an export of the commit, under a name of its own: what production
        starts by stays what it was. `RefusedError` when the build fails.
        """

    def workbench(self, service: str, version: Version, stamp: Stamp, *, seconds: float) -> Place:
        """A place in which the service itself does not run, for commands; it ends by itself after
        `seconds`, should nobody close it.
        """

    def trial(self, service: str, version: Version, stamp: Stamp) -> Place | None:
        """A place in which the service runs; None where the runtime cannot start it twice."""

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        """Make `version` what production starts the service by, and replace what runs.

        Nothing else of production is touched. Returns when the new instances were started; that
        they stay healthy is for the caller to see.
        """

    def pin(self, service: str, version: Version) -> None:
        """Keep a version as that to go back to, instead of an earlier one."""

    def pinned(self, service: str) -> Version | None:
        """The version to go back to, if there is one."""

    def sweep(self) -> tuple[str, ...]:
        """Remove every place of this target, whoever made it; their names."""

    def by_hand(self, service: str, version: Version) -> str:
        """The commands with which a person replaces the service with this version."""
