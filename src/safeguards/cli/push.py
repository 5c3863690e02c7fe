"""`safeguards push`: gate, push and what follows, in the foreground, with one exit code."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.following import pushes
from safeguards.cli.following.finishing import finish, watch
from safeguards.cli.following.owned import Owner
from safeguards.cli.gates.gating import push_settings
from safeguards.cli.journal import now, open_journal
from safeguards.exitcodes import ExitCode
from safeguards.system import environment, git, hook_overlay, process

EPILOG = """\b
Examples:
  safeguards push                        what `git push` would push
  safeguards push origin main            every argument is git's
  SAFEGUARDS_REPAIR="#42" safeguards push    production is broken, and this repairs it
Exit codes: 0 all well; 1 the gate refused; 20 git refused; 10 to 16 what followed went wrong."""

SETTINGS = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command("push", epilog=EPILOG, context_settings=SETTINGS)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[GIT PUSH ARGUMENTS]…")
def command(arguments: tuple[str, ...]) -> int:
    """Push as `git push` does, and stay until production is looked after.

    Goes on first with what earlier pushes left undone when they were killed. An interrupt ends
    the watching, not the work.
    """
    repository = git.require(Path.cwd())
    # A wrong configuration has an exit code of its own; git's would hide that of the hook.
    push_settings(repository, repository.top or Path.cwd(), None)
    journal = open_journal(repository, Path.cwd())
    for pending in pushes.cut_off(pushes.spool_of(repository)):
        click.echo(f"safeguards: going on with the push of {pending.at}", err=True)
        watch(repository, pending.id)
    pushes.disarm(repository, 0)
    owner = Owner.new(now())
    with hook_overlay.in_effect(repository) as options:
        environ = {**environment.variables(), **owner.variables()}
        code = process.run_in_front(("git", *options, "push", *arguments), env=environ)
    ours = [push for push in reversed(journal.pushes(owner.KEPT)) if owner.owns(push.id)]
    if any(push.gate == "fail" for push in ours):
        return ExitCode.FINDINGS
    if code < 0:
        click.echo("safeguards: interrupted; what was accepted is looked after", err=True)
        return ExitCode.INTERRUPTED
    codes = [finish(repository, journal, push) for push in ours]
    worst = next((each for each in codes if each), ExitCode.OK)
    return worst or (ExitCode.PUSH_REFUSED if code else ExitCode.OK)
