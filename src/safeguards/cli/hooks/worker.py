"""`hook worker`: does what follows one push, in the background; its output is the push's log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safeguards.cli import pushes
from safeguards.cli.deploying import deploying
from safeguards.cli.journal import open_journal
from safeguards.exitcodes import ExitCode
from safeguards.push.worker import Worker
from safeguards.system import git

if TYPE_CHECKING:
    from safeguards.journal.records import Run


@click.command("worker")
@click.argument("record")
@click.option("--in", "where", type=click.Path(path_type=Path), required=True)
def command(*, record: str, where: Path) -> int:
    """Work on RECORD unless somebody else does; the run's own exit code."""
    run = work(where, record)
    return ExitCode.OK if run is None or run.exit_code is None else run.exit_code


def work(where: Path, record: str) -> Run | None:
    """Bring a push to its end, and take the armed hook away when none is waited for."""
    repository = git.require(where)
    spool = pushes.spool_of(repository)
    around = pushes.Around(repository, lambda pending: deploying(repository, pending))
    run = Worker(spool, open_journal(repository, where), around).work(record)
    if run is not None:
        around.say(f"run {run.id}: {run.status}, exit code {run.exit_code}; safeguards history")
    pushes.disarm(repository)
    return run
