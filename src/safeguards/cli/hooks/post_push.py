"""`hook post-push`: a tracking ref has moved; starts what follows that push, and shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safeguards.cli.following import pushes
from safeguards.exitcodes import ExitCode
from safeguards.push.acceptance import moved
from safeguards.push.pending import Process, decode
from safeguards.system import git, processes
from safeguards.system.process import Detached
from safeguards.system.remotes import ref_at

if TYPE_CHECKING:
    from safeguards.push.pending import Pending
    from safeguards.system.processes import Running

LATER = "safeguards: production is looked after in the background; see: safeguards status"
ALONE = "safeguards: this goes on in the background; see: safeguards status"


@click.command("post-push")
def command() -> int:
    """Start the work of the push of the git that calls, if its tracking refs have moved.

    Another push of the same commit, or a fetch, moves the same refs; so where the system tells who
    calls, only that one's own push is proven by it.
    """
    repository = git.require(Path.cwd(), for_hook=True)
    caller = processes.calling_git()
    for record, content in pushes.spool_of(repository).pending():
        pending = decode(content)
        if pending is None or pending.owned or not _is_by(caller, pending):
            continue
        refs = moved(pending.awaited, lambda ref: ref_at(repository, ref))
        if not refs:
            continue
        told = refs if caller else ()
        options = [part for each in told for part in ("--moved", each.ref.remote_ref)]
        worker = pushes.start(repository, "worker", record, *options, logged=True)
        if pending.mode == "follow":
            follow(worker)
        else:
            click.echo(LATER, err=True)
    return ExitCode.OK


def _is_by(caller: Running | None, pending: Pending) -> bool:
    return caller is None or Process(caller.pid, caller.started) in pending.pushing


def follow(worker: Detached, *, err: bool = True) -> int:
    """Show what a worker prints until it ends; when nobody reads any more, let it go on alone."""
    try:
        return worker.follow(lambda text: click.echo(text, nl=False, err=err))
    except BrokenPipeError:
        return ExitCode.OK
    except KeyboardInterrupt:
        click.echo(ALONE, err=True)
        raise
