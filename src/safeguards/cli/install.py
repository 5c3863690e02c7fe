"""`safeguards install`: the guards into this repository, beside what is there."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.installing import Extras, run_install
from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.redact import REDACTOR
from safeguards.exitcodes import ExitCode

EPILOG = """\b
Examples:
  safeguards install                     hooks for commits and pushes; twice is the same as once
  safeguards install --pre-commit        also an entry in .pre-commit-config.yaml, for the team
  safeguards install --script            also scripts/verify-production-health.sh
  safeguards install --config-hooks      by git's configuration where git has that (2.54)
  safeguards uninstall                   everything as it was before
Exit codes: 0 installed; 1 something is left for you to do, and is named."""


@click.command("install", epilog=EPILOG)
@click.option("--pre-commit", is_flag=True, help="Also add the hooks to .pre-commit-config.yaml.")
@click.option("--script", is_flag=True, help="Also write scripts/verify-production-health.sh.")
@click.option(
    "--config-hooks", is_flag=True, help="Use configuration hooks instead of files: git 2.54."
)
@format_option("text", "json")
@config_option
@common_options
def command(
    *,
    pre_commit: bool,
    script: bool,
    config_hooks: bool,
    output_format: str,
    config_path: Path | None,  # noqa: ARG001  every verb takes it; hooks find it when they run
    no_color: bool,  # noqa: ARG001  nothing here is coloured
    verbose: bool,  # noqa: ARG001  every line is always told
) -> int:
    """Guard this repository: hooks for commits and pushes, in the folder that git uses.

    A hook that is there already is kept and runs first. In a bare repository, the hook that
    follows what it receives.
    """
    result = run_install(Path.cwd(), Extras(pre_commit, script, config_hooks))
    for lost in result.missing:
        click.echo(REDACTOR.clean(f"note: did not run any more: {lost}"), err=True)
    click.echo(REDACTOR.clean(result.rendered(output_format)), nl=False)
    return ExitCode.FINDINGS if result.plan.refused else ExitCode.OK
