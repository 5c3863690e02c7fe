"""Does in the foreground what follows a push, for `safeguards push`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from safeguards.cli.following import pushes
from safeguards.cli.hooks.post_push import follow
from safeguards.errors import UnreachableError
from safeguards.exitcodes import ExitCode

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.journal.records import Push
    from safeguards.system.git import Repository


def finish(repository: Repository, journal: Journal, push: Push) -> int:
    """Do what follows one push; 0 also for one that the remote did not take."""
    if not pushes.is_waiting(pushes.spool_of(repository), push.id):
        # Nothing is configured to follow, only a rehearsal, or somebody else was faster.
        run = journal.run(push.id)
        return ExitCode.OK if run is None or run.exit_code is None else run.exit_code
    code = watch(repository, push.id)
    ended = journal.push(push.id)
    if ended is not None and ended.outcome == "unknown":
        raise UnreachableError(
            "nobody can tell now whether the remote took the push",
            hint="safeguards push again, when the remote answers",
        )
    return code


def watch(repository: Repository, record_id: str) -> int:
    """Bring a record to its end and show it; the exit code of its run, or INTERRUPTED."""
    code = follow(pushes.start(repository, "worker", record_id, logged=True), err=False)
    if code < 0:
        click.echo("safeguards: the work was killed; safeguards push goes on with it", err=True)
        return ExitCode.INTERRUPTED
    return code
