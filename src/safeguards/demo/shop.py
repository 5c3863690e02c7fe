"""The demo's production: a web process, a worker and a SQLite file in a temporary folder."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import DeadlineError, UnreachableError

if TYPE_CHECKING:
    from safeguards.system.clock import Clock
    from safeguards.system.process import Background, Completed, Runner
    from safeguards.system.workshop import Workshop

PREFERRED_PORT = 8000
COMMAND = 60.0
"""Seconds that one command may take."""
READY = 20.0
"""Seconds that a process gets until it serves."""
PAUSE = 0.05
ATTEMPTS = 3
"""Ports that are tried: one that was free may be taken when the web process asks for it."""

SETTINGS = {"SHOP_CURRENCY": "EUR"}
PROGRAMS = {
    "python": (),
    "safeguards": ("-m", "safeguards"),
    "alembic": ("-m", "alembic"),
    "uvicorn": ("-m", "uvicorn"),
    "pre-commit": ("-m", "pre_commit"),
}
WORKER = "python -m shop.worker"


class Start(Protocol):
    """Starts a process that runs until it is stopped."""

    def __call__(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> Background:
        """Start argv; what it prints goes to `log`."""


class Tools(msgspec.Struct, frozen=True):
    """What the shop needs of this machine."""

    run: Runner
    start: Start
    clock: Clock
    free_port: Callable[[int], int]
    listens: Callable[[int], bool]
    held: Callable[[], AbstractContextManager[None]]


class Shop:
    """Makes, starts and stops the production; `close` ends its processes."""

    def __init__(
        self, tools: Tools, workshop: Workshop, source: Path, environ: Mapping[str, str]
    ) -> None:
        self._tools = tools
        self._workshop = workshop
        self._source = source
        self._environ = dict(environ)
        self._processes: dict[str, Background] = {}
        self._closing = ExitStack()
        self.folder = workshop.make("shop")
        self.port = 0

    def furnish(self) -> None:
        """Put the application and the programs into the folder."""
        for name in ("home", "temporary", "logs", "shop/var"):
            self._workshop.make(name)
        for name, arguments in PROGRAMS.items():
            self._workshop.program(name, *arguments)
        self._workshop.overlay(self._source / "first", "shop")

    def change(self, name: str) -> None:
        """Put a change of the application into the work tree."""
        self._workshop.overlay(self._source / name, "shop")

    def run(self, command: str) -> Completed:
        """Run a command in the application's folder; raises as `Runner` does."""
        argv = shlex.split(command)
        return self._tools.run(argv, timeout=COMMAND, cwd=self.folder, env=self._environ)

    def start_worker(self) -> str:
        """Start the worker and wait until it works; the command that did it."""
        self._start("worker", WORKER, {})
        self._await("worker", lambda: self.run("python -m shop.status").returncode == 0)
        return WORKER

    def start_web(self, settings: Mapping[str, str]) -> str:
        """Start the web process and wait until it serves; the command that did it."""
        for attempt in range(1, ATTEMPTS + 1):
            if not self._processes:
                self.port = self._tools.free_port(PREFERRED_PORT if attempt == 1 else 0)
                self._environ["SHOP_URL"] = f"http://127.0.0.1:{self.port}"
            command = f"uvicorn --port {self.port} shop.web:app"
            served = self._times_served()
            self._start("web", command, settings)
            try:
                self._await("web", partial(self._serves, served))
            except UnreachableError:
                self.stop("web")
                if attempt == ATTEMPTS:
                    raise
            else:
                shown = " ".join(f"{name}={value}" for name, value in settings.items())
                return f"{shown} {command}".strip()
        raise AssertionError("the loop returns or raises")

    def stop(self, name: str) -> None:
        """End a process; harmless when it does not run."""
        if process := self._processes.pop(name, None):
            process.stop()

    def close(self) -> None:
        """End every process."""
        self._closing.close()

    def logs(self) -> dict[str, str]:
        """What the processes printed."""
        return {name: self._workshop.read(f"logs/{name}.log") for name in ("web", "worker")}

    def _serves(self, before: int) -> bool:
        """Whether our own process has the port: another one may have taken it meanwhile."""
        return self._times_served() > before and self._tools.listens(self.port)

    def _times_served(self) -> int:
        """How often uvicorn has told that it has the port."""
        return self.logs()["web"].count(f"running on http://127.0.0.1:{self.port} ")

    def _start(self, name: str, command: str, settings: Mapping[str, str]) -> None:
        log = self._workshop.make("logs") / f"{name}.log"
        env = self._environ | dict(settings)
        with self._tools.held():
            process = self._tools.start(shlex.split(command), cwd=self.folder, env=env, log=log)
            self._closing.callback(process.stop)
        self._processes[name] = process

    def _await(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = self._tools.clock.monotonic() + READY
        while not ready():
            if not self._processes[name].running:
                raise UnreachableError(f"the {name} process of the demo ended when it was started")
            if self._tools.clock.monotonic() > deadline:
                raise DeadlineError(f"the {name} process of the demo is not ready in {READY:g} s")
            self._tools.clock.sleep(PAUSE)
