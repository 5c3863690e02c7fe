"""`--resume` and `--abort`: what to do with runs that were cut off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.following import pushes
from safeguards.cli.following.finishing import watch
from safeguards.cli.journal import open_journal
from safeguards.cli.syncing.asked import Asked, place
from safeguards.cli.syncing.shown import shown
from safeguards.exitcodes import ExitCode
from safeguards.journal.journal import SEARCHED
from safeguards.runs import RUNNING
from safeguards.sync.run import abort as give_up
from safeguards.sync.run import synchronise
from safeguards.sync.story import to_go_on_with

if TYPE_CHECKING:
    from safeguards.cli.syncing.ordered import Ordered
    from safeguards.runs import Run


def settle(asked: Asked, output_format: str, *, abort: bool, color: bool) -> int:
    """Go on with what was cut off, or give it up; 0 when there is nothing."""
    here = place(asked)
    spool = pushes.spool_of(here.repository)
    code: int = ExitCode.OK
    for pending in pushes.cut_off(spool) if not abort else ():
        click.echo(f"going on with the push of {pending.at}", err=True)
        code = watch(here.repository, pending.id) or code
    run = _unfinished(here)
    if run is None:
        click.echo("nothing was cut off", err=True)
        return code
    ordered = msgspec.structs.replace(here, commit=run.commit or "")
    again = msgspec.structs.replace(
        run, trigger="resume", status=RUNNING, finished_at=None, exit_code=None, steps=()
    )
    do = give_up if abort else synchronise
    ended = shown(ordered, output_format, run=again, color=color, do=do)
    if not abort:
        return ended or code
    spool.finish(run.id)
    return ExitCode.OK if ended == ExitCode.FAILED_UNCHANGED else ended


def _unfinished(here: Ordered) -> Run | None:
    """The sync of the target that was cut off, or did not come to an end that one can leave."""
    journal = open_journal(here.repository, Path(here.found.folder))
    run = to_go_on_with(journal.syncs(SEARCHED, target=here.target))
    if run is None or run.commit is None:
        return None
    return None if pushes.spool_of(here.repository).is_locked(run.id) else run
