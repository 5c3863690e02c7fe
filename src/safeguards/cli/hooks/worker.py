"""`hook worker`: does what follows one push, in the background; its output is the push's log."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.following import pushes
from safeguards.cli.following.deploying import deploying
from safeguards.cli.journal import open_journal
from safeguards.exitcodes import ExitCode
from safeguards.push.worker import Worker
from safeguards.system import git
from safeguards.system.spool import waiting


@click.command("worker")
@click.argument("record")
@click.option("--moved", multiple=True, help="A ref that the push's own git told to be taken.")
@click.option("--lock", type=int, help="The waiter's lock, if that has ended.")
@pushes.places
def command(
    *, record: str, moved: tuple[str, ...], lock: int | None, places: tuple[Path, Path]
) -> int:
    """Bring the push of RECORD to its end unless somebody else does; the run's own exit code."""
    repository = git.reopen(*places)
    around = pushes.Around(repository, lambda pending: deploying(repository, pending))
    journal = open_journal(repository, repository.git_dir)
    run = Worker(pushes.spool_of(repository), journal, around).work(record, moved)
    spool = pushes.spool_of(repository)
    if lock is not None or not spool.is_locked(waiting(record)):
        # Else the waiter does it, when the git that may be following us has ended.
        pushes.disarm(repository, pushes.UNTIL_QUIET if lock is not None else 0)
        spool.forget(waiting(record))
    return ExitCode.OK if run is None or run.exit_code is None else run.exit_code
