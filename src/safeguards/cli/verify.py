"""`safeguards verify`: ask production, say how it is, keep the answer."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from safeguards.checks import Mode
from safeguards.cli.configuration import require_config
from safeguards.cli.health import ask_production
from safeguards.cli.journal import counts_before, open_journal, record_verify
from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.output import emit
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.deployed import remembering
from safeguards.cli.standings.drift import with_drift
from safeguards.report import verify_json, verify_text
from safeguards.system import git

EPILOG = """\b
Examples:
  safeguards verify                     all four checks, as text
  safeguards verify --quick             without the API
  safeguards verify --wait 60           until production is well, 60 s at most
  safeguards verify --format json       for programs
Exit codes: 0 well; 1 containers, 2 migrations, 3 API, 4 record counts, 99 several."""


@click.command("verify", epilog=EPILOG)
@click.option("--quick", is_flag=True, help="Leave out the API.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Try again until production is well, or this long.",
)
@click.option("--no-journal", is_flag=True, help="Keep no record of this run; write nothing.")
@format_option("text", "json")
@target_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    quick: bool,
    wait: float,
    no_journal: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Check production: containers run, schema is at head, API answers, data is there."""
    cwd = Path.cwd()
    repository = git.discover(cwd)
    found = require_config(cwd, config_path, repository)
    journal = open_journal(repository, Path(found.folder))
    production = open_production(found, target_name, partial(counts_before, journal))
    for note in production.resolved.notes if verbose else ():
        click.echo(f"note: {REDACTOR.clean(note)}", err=True)
    commit = repository.head() if repository else None
    mode: Mode = "quick" if quick else "full"
    production, told = remembering(production, found)
    verdict = ask_production(production, mode, wait=wait, commit=commit, color=not no_color)
    if repository is not None:
        verdict = with_drift(verdict, repository, journal, found, told())
    if not no_journal:
        record_verify(journal, verdict, production.seams.clock)
    if output_format == "json":
        emit(verify_json.render(verdict))
    else:
        color = not no_color and sys.stdout.isatty()
        emit(verify_text.render(verdict, verbose=verbose, color=color))
    return verdict.exit_code
