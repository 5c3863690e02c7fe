"""Keepers of real databases, and a process of its own that takes their locks.

`python -m tests.support.keepers hold URL WHO` takes the lock and says so, until it is ended.
`python -m tests.support.keepers race URL FILE ROUNDS` takes it in turns, and tells FILE each time.
`python -m tests.support.keepers dump URL FILE` writes a backup.

`docker://CONTAINER` stands for a PostgreSQL that is only reachable inside.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safeguards.cli.keeping import keeper_of
from safeguards.cli.production import database_of
from safeguards.config.resolve import Resolved
from safeguards.config.secrets import Secret
from safeguards.config.targets import Database, Target
from safeguards.runtimes.docker import DockerRuntime
from safeguards.sync.keeping import Holder, Keeper, Lock
from safeguards.system.docker import Engine
from tests.support.shell import ROOT

SINCE = "2026-11-29T01:02:03+00:00"
INSIDE = "docker://"


def holder(who: str) -> Holder:
    """A holder of this name."""
    return Holder(who, "laptop", "1a2b3c4d", SINCE)


def keeper(url: str, folder: Path = Path("/"), *, container: str | None = None) -> Keeper:
    """What a target with this database.url has, and this database.container."""
    if url.startswith(INSIDE):
        container, url = url.removeprefix(INSIDE), ""
    engine = Engine()
    own = Database(url="env:URL" if url else None, container=container)
    resolved = Resolved(
        name="production",
        target=Target(runtime="docker", containers=("app",), database=own),
        docker_host=None,
        database_url=Secret(url) if url else None,
        base_url=None,
        routes=(),
        sensitive=(),
        notes=(),
    )
    runtime = DockerRuntime(engine, ("app",))
    database = database_of(resolved, runtime, folder)
    assert database is not None
    return keeper_of(resolved, folder, database, runtime, engine)


@contextmanager
def held_by_another(url: str, who: str = "ada") -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock; end it as you like."""
    with working("hold", url, who) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


@contextmanager
def working(*argv: str) -> Iterator[subprocess.Popen[str]]:
    """This module as a process of its own, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.keepers", *argv],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def polled(lock: Lock, seconds: float = 20) -> Holder | None:
    """Take the lock, trying again until it is ours or the time is over."""
    until = time.monotonic() + seconds
    while (other := lock.take()) is not None and time.monotonic() < until:
        time.sleep(0.02)
    return other


def turns(url: str, log: Path, racers: int, rounds: int) -> list[str]:
    """What processes that race for the lock wrote while they had it: a line, and another."""
    argv = [sys.executable, "-m", "tests.support.keepers", "race", url, str(log), str(rounds)]
    started = [subprocess.Popen(argv, cwd=ROOT) for _ in range(racers)]
    assert [each.wait(120) for each in started] == [0] * racers
    return log.read_text().splitlines()


def _hold(url: str, who: str) -> None:
    lock = keeper(url).lock(holder(who))
    assert lock.take() is None
    print("held", flush=True)
    time.sleep(60)


def _race(url: str, path: str, rounds: str) -> None:
    """Two lines for each turn: whoever has the lock writes both, so nobody's stand between."""
    for _ in range(int(rounds)):
        lock = keeper(url).lock(holder(str(os.getpid())))
        assert polled(lock, 60) is None
        with Path(path).open("a") as file:
            for _ in range(2):
                file.write(f"{os.getpid()}\n")
                file.flush()
                time.sleep(0.005)
        assert lock.held()
        lock.release()


def _dump(url: str, path: str) -> None:
    keeper(url).back_up(Path(path), print)


if __name__ == "__main__":
    {"hold": _hold, "race": _race, "dump": _dump}[sys.argv[1]](*sys.argv[2:])
