"""Keepers of real databases, and a process of its own that takes their locks.

`python -m tests.support.keepers hold URL` takes the lock and says so, until it is ended.
`python -m tests.support.keepers race URL FILE ROUNDS` takes it in turns, and tells FILE each time.
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
from safeguards.sync.keeping import Holder, Keeper, Lock
from tests.support.shell import ROOT

SINCE = "2026-11-29T01:02:03+00:00"


def holder(who: str) -> Holder:
    """A holder of this name."""
    return Holder(who, "laptop", "1a2b3c4d", SINCE)


def keeper(url: str, folder: Path = Path("/")) -> Keeper:
    """What a target with this database.url has."""
    target = Target(containers=("app",), database=Database(url="env:URL"))
    resolved = Resolved(
        name="production",
        target=target,
        docker_host=None,
        database_url=Secret(url),
        base_url=None,
        routes=(),
        sensitive=(),
        notes=(),
    )
    return keeper_of(resolved, folder, database_of(resolved, None, folder))


@contextmanager
def held_by_another(url: str, who: str = "ada") -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock; end it as you like."""
    argv = [sys.executable, "-m", "tests.support.keepers", "hold", url, who]
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
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


if __name__ == "__main__":
    {"hold": _hold, "race": _race}[sys.argv[1]](*sys.argv[2:])
