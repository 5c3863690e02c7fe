"""`safeguards verify`: ask production, say how it is, keep the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from safeguards.checks import together
from safeguards.cli.configuration import require_config
from safeguards.cli.journal import open_journal
from safeguards.cli.notifying import notify_options
from safeguards.cli.options import common_options, config_option, format_option, targets_option
from safeguards.cli.output import emit
from safeguards.cli.verifying.after import follow
from safeguards.cli.verifying.asking import ask, opened
from safeguards.cli.verifying.choosing import left_out
from safeguards.cli.verifying.request import Request
from safeguards.cli.verifying.showing import FORMATS, ready, rendered
from safeguards.cli.verifying.verify_options import verify_options
from safeguards.system import git

EPILOG = """\b
Examples:
  safeguards verify                     all four checks, as text
  safeguards verify --quick             without the API
  safeguards verify --only api,records  two of the checks; --skip leaves out
  safeguards verify --wait 60           until production is well, 60 s at most
  safeguards verify --retry 3           three attempts more, with longer and longer pauses
  safeguards verify --watch             again and again, on a screen, until ctrl-C
  safeguards verify --target all        every target at once
  safeguards verify --format json       for programs
Exit codes: 0 well; 1 containers, 2 migrations, 3 API, 4 record counts, 99 several."""


@click.command("verify", epilog=EPILOG)
@verify_options
@notify_options
@format_option(*FORMATS)
@targets_option
@config_option
@common_options
def command(*, config_path: Path | None, **options: Any) -> int:
    """Check production: containers run, schema is at head, API answers, data is there."""
    every = options["watch"]
    if every is not None:
        # One look, which most calls are, needs no screen.
        from safeguards.cli.verifying.watching import check_watch

        check_watch(options)
    skipped = left_out(options["only"], options["skip"], quick=options["quick"])
    cwd = Path.cwd()
    repository = git.discover(cwd)
    found = require_config(cwd, config_path, repository)
    request = Request(
        found=found,
        repository=repository,
        journal=open_journal(repository, Path(found.folder)),
        target=options["target_name"],
        mode="quick" if options["quick"] else "full",
        left_out=skipped,
        wait=options["wait"],
        retries=options["retry"],
        keep=not options["no_journal"],
        notices=options["asked"],
        format=options["output_format"],
        color=not options["no_color"],
        verbose=options["verbose"],
    )
    ready(request)
    with opened(request) as productions:
        if every is not None:
            from safeguards.cli.verifying.watching import watch

            return watch(request, productions, every)
        verdicts = ask(request, productions)
    follow(request, verdicts, lambda: emit(rendered(request, verdicts)))
    return together(verdicts).exit_code
