"""A release beside production, and what its commands need of this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

import msgspec

from safeguards.runtimes.observe import Instance

if TYPE_CHECKING:
    from safeguards.runtimes.change import Tell
    from safeguards.system.clock import Clock
    from safeguards.system.http import Answer
    from safeguards.system.leash import Attended
    from safeguards.system.process import Completed, Runner
    from safeguards.system.releases import Releases

TRIAL_LOG = "trial.log"


class Leashed(Protocol):
    """Runs a command that does not outlive us."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        cwd: Path,
        env: Mapping[str, str],
        tell: Tell | None = None,
        held: Sequence[int] = (),
    ) -> Completed:
        """As `system.leash.leashed`."""


class Launch(Protocol):
    """Runs a command that leaves something running, which is to stay."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        held: Sequence[int] = (),
    ) -> Completed:
        """As `system.leash.launch`."""


class Attend(Protocol):
    """Starts a command that goes on beside us and does not outlive us."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        held: Sequence[int] = (),
    ) -> Attended:
        """As `system.leash.Attended`."""


class Recipe(msgspec.Struct, frozen=True):
    """The commands of one production; an empty one is not configured.

    `status`, `start` and `stop` run in `folder`; `build` and `trial` in the folder `inside` of a
    release, which is that of the configuration. `status` gets `timeout` seconds.
    """

    target: str
    folder: Path
    inside: str
    status: tuple[str, ...]
    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    trial: tuple[str, ...] = ()
    timeout: float = 10.0


class Tools(msgspec.Struct, frozen=True):
    """What the changer needs of this machine.

    `environ` is the environment of every command. `held` gives the handles of the lock of this
    target, which is held as long as a command of ours runs.
    """

    run: Runner
    leashed: Leashed
    launch: Launch
    attend: Attend
    releases: Releases
    clock: Clock
    fetch: Callable[..., Answer]
    free_port: Callable[[int], int]
    environ: Mapping[str, str]
    held: Callable[[], Sequence[int]] = tuple


class CommandPlace:
    """A release beside production; with `trial` its service runs in it, on a port of its own."""

    def __init__(
        self, name: str, tools: Tools, folder: Path, env: Mapping[str, str], port: int = 0
    ) -> None:
        self.name = name
        self._tools = tools
        self._folder = folder
        self._env = env
        self._port = port
        self._trial: Attended | None = None
        self._closed = False

    def begin(self, argv: Sequence[str]) -> None:
        """Start the service in it."""
        log = self._tools.releases.folder / TRIAL_LOG
        self._trial = self._tools.attend(
            argv, cwd=self._folder, env=self._env, log=log, held=self._tools.held()
        )

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Tell | None = None,
    ) -> Completed:
        """Run a command in the folder of the release; `env` is added to its environment."""
        return self._tools.leashed(
            argv,
            timeout=timeout,
            cwd=self._folder / workdir,
            env={**self._env, **(env or {})},
            tell=tell,
            held=self._tools.held(),
        )

    def look(self) -> Instance:
        """Whether its service runs; without one, whether it was not closed."""
        code = (0 if self._closed else None) if self._trial is None else self._trial.poll()
        state = "running" if code is None else "exited"
        return Instance(self.name, self.name, state, exit_code=code or 0)

    def answers_at(self, public_url: str) -> str | None:
        """The same on its own port; None when no service runs in it."""
        if self._trial is None:
            return None
        url = urlsplit(public_url)
        return urlunsplit(("http", f"127.0.0.1:{self._port}", url.path, url.query, ""))

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        """As `Http.fetch`."""
        return self._tools.fetch(method, url, headers=headers, timeout=timeout)

    def log(self) -> str:
        """The last lines that its service printed."""
        return "" if self._trial is None else self._trial.printed()

    def close(self) -> None:
        """End what runs in it; harmless when it was closed."""
        self._closed = True
        if self._trial is not None:
            self._trial.end()
