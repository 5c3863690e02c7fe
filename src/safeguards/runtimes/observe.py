"""What every runtime lets us see, whatever runs production."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from safeguards.system.process import Completed

Health = Literal["healthy", "unhealthy", "starting", "none"]


class Address(msgspec.Struct, frozen=True):
    """Where a container is in one of its networks; whoever has the gateway is in it, too."""

    ip: str
    gateway: str


class Instance(msgspec.Struct, frozen=True):
    """One container (or process) as it is now.

    `state` is the runtime's own word (running, exited, restarting, paused, dead, created);
    `env` may hold secrets and is never shown. Times are ISO 8601; `age` and `uptime` are seconds
    since it was made and since it was started, by the runtime's own clock, None where it says
    nothing. `restarts` are those that its runtime made by itself since somebody started it, and
    `pause` the seconds that it lay dead before the last.
    `node` names another machine that it runs on, which only tells its state.
    """

    name: str
    id: str
    state: str
    health: Health = "none"
    exit_code: int = 0
    oom_killed: bool = False
    restarts: int = 0
    started_at: str = ""
    created_at: str = ""
    age: float | None = None
    uptime: float | None = None
    pause: float | None = None
    streak: int = 0
    node: str = ""
    image: str = ""
    image_id: str = ""
    service: str = ""
    workdir: str = ""
    env: Mapping[str, str] = {}
    labels: Mapping[str, str] = {}
    addresses: tuple[Address, ...] = ()

    @property
    def running(self) -> bool:
        """Whether it runs; a container that restarts or is paused does not."""
        return self.state == "running"


class Advice(msgspec.Struct, frozen=True):
    """Commands for a person: show the log, start it, see what there is, what to put before a
    command inside, and start it by the image that its name stands for now."""

    log: str
    start: str
    look: str
    inside: str = ""
    replace: str = ""


class Runtime(Protocol):
    """Looks at production and changes nothing. Every call raises `UnreachableError` when the
    runtime cannot be asked, within the deadline that the runtime was made with."""

    def list(self) -> tuple[str, ...]:
        """The configured names, in order; each can be inspected."""

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """The instances behind a configured name; empty when there is none."""

    def expected(self, name: str) -> int | None:
        """How many instances of a name, inspected before, should run; None where nobody says."""

    def tagged(self, image: str) -> str:
        """The id that the name of an image stands for now; "" when there is none, or no names."""

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        """The files at an absolute path inside (a file, or a folder with all below it), by path.

        Empty when there is nothing. Works on what is stopped, where the runtime can.
        """

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        """Run a command inside and return what it printed; ended after `timeout` seconds."""

    def advice(self, name: str, workdir: str = "") -> Advice:
        """What a person would type about this name; asks nobody. `workdir` is for `inside`."""
