"""`hook waiter`: waits for the end of one push, and does its work if nobody has begun it."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.following import pushes
from safeguards.exitcodes import ExitCode
from safeguards.push.pending import decode
from safeguards.push.waiter import wait
from safeguards.system import git
from safeguards.system.clock import SystemClock
from safeguards.system.spool import waiting


@click.command("waiter")
@click.argument("record")
@click.option("--lock", type=int, required=True, help="An open file that holds its lock.")
@pushes.places
def command(*, record: str, lock: int, places: tuple[Path, Path]) -> int:
    """Wait for the end of the push of RECORD."""
    repository = git.reopen(*places)
    spool = pushes.spool_of(repository)
    content = dict(spool.pending()).get(record)
    pending = decode(content) if content is not None else None
    if pending is not None and wait(pending, spool, pushes.ended, SystemClock().sleep):
        # A process of its own, so that its output is the push's log and waiting stays small. It
        # has the lock too, so that the record is never without somebody.
        options = ("--lock", str(lock))
        pushes.start(repository, "worker", record, *options, logged=True, held=(lock,))
    else:
        pushes.disarm(repository, pushes.UNTIL_QUIET)
        spool.forget(waiting(record))
    return ExitCode.OK
