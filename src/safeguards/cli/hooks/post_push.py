"""`hook post-push`: a tracking ref has moved; starts what follows that push, and shows it."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli import pushes
from safeguards.exitcodes import ExitCode
from safeguards.push.acceptance import moved
from safeguards.push.pending import decode
from safeguards.system import git
from safeguards.system.process import Detached
from safeguards.system.remotes import ref_at

LATER = "safeguards: production is looked after in the background; see: safeguards status"


@click.command("post-push")
def command() -> int:
    """Start the work of each push that, by the tracking refs, the remote has taken."""
    repository = git.require(Path.cwd(), for_hook=True)
    for record, content in pushes.spool_of(repository).pending():
        pending = decode(content)
        if pending is None or not moved(pending.awaited, lambda ref: ref_at(repository, ref)):
            continue
        worker = pushes.start(repository, "worker", record, logged=True)
        if pending.mode == "follow":
            follow(worker)
        else:
            click.echo(LATER, err=True)
    return ExitCode.OK


def follow(worker: Detached, *, err: bool = True) -> int:
    """Show what a worker prints until it ends; when nobody reads any more, let it go on alone."""
    try:
        return worker.follow(lambda text: click.echo(text, nl=False, err=err))
    except BrokenPipeError:
        return ExitCode.OK
