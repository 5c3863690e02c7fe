"""`safeguards uninstall`: the repository as it was before the install."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.installing import run_uninstall
from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.redact import REDACTOR
from safeguards.exitcodes import ExitCode

EPILOG = """\b
Examples:
  safeguards uninstall                   take out all that `safeguards install` put in
  safeguards uninstall --format json     the same, told to programs
Exit codes: 0 done, also when nothing was installed; 1 something is left for you to do."""


@click.command("uninstall", epilog=EPILOG)
@format_option("text", "json")
@config_option
@common_options
def command(
    *,
    output_format: str,
    config_path: Path | None,  # noqa: ARG001  every verb takes it
    no_color: bool,  # noqa: ARG001  nothing here is coloured
    verbose: bool,  # noqa: ARG001  every line is always told
) -> int:
    """Take the guards out of this repository; earlier hooks come back byte for byte."""
    result = run_uninstall(Path.cwd())
    click.echo(REDACTOR.clean(result.rendered(output_format)), nl=False)
    return ExitCode.FINDINGS if result.plan.refused else ExitCode.OK
