"""`safeguards hook pre-commit`: the index that a commit is made from, judged in one process."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli import migrations_check, native, scan
from safeguards.exitcodes import ExitCode
from safeguards.install.shims import maker
from safeguards.system import environment, git

JUDGES = {"scan": scan.command, "migrations": migrations_check.command}
"""Each is asked, also when one before it has found something."""


@click.command("pre-commit")
@click.argument("hook", required=False, type=click.Path(path_type=Path))
def command(*, hook: Path | None) -> int:
    """Judge what the commit would hold; prints nothing when nothing is found."""
    codes = {
        name: int(judge.main(["--staged"], f"safeguards {name}", standalone_mode=False))
        for name, judge in JUDGES.items()
    }
    native.remember(codes)
    if hook is not None and maker(environment.read_file(hook) or b"") != "safeguards":
        _warn_of_lost_hooks()
    return next((code for code in codes.values() if code), ExitCode.OK)


def _warn_of_lost_hooks() -> None:
    """The hook that runs is not there any more: lefthook, say, may write its own over all others
    when a commit changes which it has.
    """
    from safeguards.cli.installing import missing_hooks

    repository = git.discover(Path.cwd(), for_hook=True)
    lost = missing_hooks(repository) if repository else ()
    for each in lost:
        click.echo(f"warning: {each}", err=True)
    if lost:
        click.echo("hint: safeguards install puts them back, beside the others", err=True)
