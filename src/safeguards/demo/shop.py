"""The demo's production: a web process, a worker and a SQLite file in a temporary folder."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from safeguards.system.process import Background, Completed, Runner
    from safeguards.system.workshop import Workshop

PREFERRED_PORT = 8000
COMMAND = 120.0
"""Seconds that one command may take."""
ATTEMPTS = 3
"""Ports that are tried: one that was free may be taken when the web process asks for it."""
TAKEN = "address already in use"

PROGRAMS = {
    "python": (),
    "python3": (),
    "safeguards": ("-m", "safeguards"),
    "alembic": ("-m", "alembic"),
    "pre-commit": ("-m", "pre_commit"),
}
START = "python -m shop.control start"
WATCH = "python -m shop.watch"


class Start(Protocol):
    """Starts a process that runs until it is stopped."""

    def __call__(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> Background:
        """Start argv; what it prints goes to `log`."""


class Tools(msgspec.Struct, frozen=True):
    """What the shop needs of this machine. `end_all` ends what has this line in its environment."""

    run: Runner
    start: Start
    free_port: Callable[[int], int]
    end_all: Callable[[str], None]
    held: Callable[[], AbstractContextManager[None]]


class Shop:
    """Makes, starts and stops the production; `close` ends its processes."""

    def __init__(
        self, tools: Tools, workshop: Workshop, source: Path, environ: Mapping[str, str]
    ) -> None:
        self._tools = tools
        self._workshop = workshop
        self._source = source
        self.folder = workshop.make("shop")
        self._mark = f"SHOP_DATABASE=sqlite:///{self.folder}/var/shop.db"
        name, _, database = self._mark.partition("=")
        self._environ = {**environ, name: database, "SHOP_CURRENCY": "EUR"}
        self.url = ""

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

    def open(self) -> Completed:
        """Start production for the first time, on a port that is free."""
        for attempt in range(1, ATTEMPTS + 1):
            port = self._tools.free_port(PREFERRED_PORT if attempt == 1 else 0)
            self.url = self._environ["SHOP_URL"] = f"http://127.0.0.1:{port}"
            done = self.run(START)
            if done.returncode == 0 or attempt == ATTEMPTS or TAKEN not in done.error_text:
                return done
        raise AssertionError("the loop returns")

    @contextmanager
    def watched(self) -> Iterator[Callable[[], str]]:
        """Ask production again and again until the end; gives what came of it so far."""
        log = self._workshop.make("logs") / "watch.log"
        with self._tools.held():
            process = self._tools.start(
                shlex.split(WATCH), cwd=self.folder, env=self._environ, log=log
            )
        try:
            yield lambda: self._workshop.read("logs/watch.log")
        finally:
            process.stop()

    def close(self) -> None:
        """End every process, whoever started it."""
        self._tools.end_all(self._mark)

    def logs(self) -> dict[str, str]:
        """What the processes printed."""
        return {name: self._workshop.read(f"shop/var/{name}.log") for name in ("web", "worker")}
