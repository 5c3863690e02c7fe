"""A session that keeps a table to itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.production import DB

from benchmarks.faults.kit import seen
from benchmarks.faults.world import World


@contextmanager
def locked(world: World, table: str) -> Iterator[None]:
    """The table is locked ACCESS EXCLUSIVE inside, by a transaction that does nothing."""
    psql = ("psql", "-XqAt", "-U", "npd", "-d", "npd")
    process = subprocess.Popen(
        ["docker", "exec", "-i", world.names[DB], *psql],
        env=world.production.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;\n")
    process.stdin.flush()
    held = (
        "SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock'"
        f" AND relation = '{table}'::regclass"
    )
    try:
        seen(lambda: world.sql(held) == "1", f"{table} locked")
        yield
    finally:
        process.stdin.close()
        process.wait(30)
