"""`hook waiter`: waits for the end of one push, and does its work if nobody has begun it."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli import pushes
from safeguards.exitcodes import ExitCode
from safeguards.push.pending import decode
from safeguards.push.waiter import wait
from safeguards.system import git
from safeguards.system.clock import SystemClock
from safeguards.system.spool import waiting


@click.command("waiter")
@click.argument("record")
@pushes.places
def command(*, record: str, places: tuple[Path, Path]) -> int:
    """Wait for the end of the push of RECORD."""
    repository = git.reopen(*places)
    spool = pushes.spool_of(repository)
    with spool.locked(waiting(record)) as held:
        content = dict(spool.pending()).get(record) if held else None
        pending = decode(content) if content is not None else None
        left = pending is not None and wait(pending, spool, pushes.ended, SystemClock().sleep)
    if left:
        # A process of its own, so that its output is the push's log and waiting stays small.
        pushes.start(repository, "worker", record, logged=True)
    else:
        pushes.disarm(repository)
    return ExitCode.OK
