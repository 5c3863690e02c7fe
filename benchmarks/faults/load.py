"""Keeps a production busy, and the machine that it runs on: nothing of it is a fault."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.faults.world import World

CALM = 0.05
"""Seconds between two rounds of a part of the load."""

ROUTES = ("/health", "/api/v1/projects", "/api/v1/contacts")
INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS of_the_load ON busy (amount)"


class Load:
    """Runs parts side by side and counts their rounds; a part that fails counts as `failed`."""

    def __init__(self) -> None:
        self.rounds: dict[str, int] = {}
        self.failed: dict[str, int] = {}
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def part(self, name: str, work: Callable[[], None], calm: float = CALM) -> None:
        """Do this again and again until `end`."""
        self.rounds[name] = self.failed[name] = 0

        def go_on() -> None:
            while not self._over.wait(calm):
                self._once(name, work)

        thread = threading.Thread(target=go_on, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _once(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
            self.rounds[name] += 1
        except (AssertionError, OSError):
            self.failed[name] += 1

    def end(self) -> None:
        """End all parts."""
        self._over.set()
        for thread in self._threads:
            thread.join(60)


@contextmanager
def loaded(world: World) -> Iterator[Load]:
    """Both cores are busy, the API is asked, rows are written, indexes made, containers listed."""
    world.sql("CREATE TABLE busy (id serial, amount int)")
    load = Load()
    burners = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(2)]
    name = f"{world.production.project}-bystander"
    world.docker("run", "--detach", "--name", name, "--network", "none", world.image,
                 "sleep", "86400")  # fmt: skip
    try:
        for burner in burners:
            burner.start()
        load.part("requests", lambda: _ask(world))
        load.part("writes", lambda: _write(world))
        load.part("vacuum", lambda: _void(world.sql("VACUUM ANALYZE busy")), 1)
        load.part("indexes", lambda: _index(world), 1)
        load.part("docker ps and exec", lambda: _list(world), 0.5)
        load.part("restarts of another container",
                  lambda: _void(world.docker("restart", "--time", "0", name)), 5)  # fmt: skip
        yield load
    finally:
        load.end()
        for burner in burners:
            burner.kill()
        world.docker("rm", "-f", name)
        with contextlib.suppress(AssertionError):
            world.sql("DROP INDEX IF EXISTS of_the_load")
        world.sql("DROP TABLE busy")


def _burn() -> None:
    os.nice(5)
    while True:
        sum(range(10_000))


def _ask(world: World) -> None:
    for route in ROUTES:
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{world.production.base_url}{route}", timeout=30).close()


def _write(world: World) -> None:
    rows = "INSERT INTO busy (amount) SELECT random() * 1000 FROM generate_series(1, 500)"
    world.sql(f"{rows}; UPDATE busy SET amount = amount + 1 WHERE id % 7 = 0;"
              "DELETE FROM busy WHERE id % 3 = 0")  # fmt: skip


def _index(world: World) -> None:
    """While it is made it is INVALID, and that is right."""
    world.sql(INDEX)
    world.sql("DROP INDEX CONCURRENTLY IF EXISTS of_the_load")


def _list(world: World) -> None:
    world.docker("ps", "--all")
    world.docker("exec", world.names["npd-backend"], "true")


def _void(_: str) -> None:
    """The output is of no interest."""
