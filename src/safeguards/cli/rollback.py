"""`safeguards rollback`: production goes back to the version before."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.syncing.asked import Asked
from safeguards.cli.syncing.deployed import deployed_here
from safeguards.cli.syncing.shown import shown
from safeguards.sync.run import roll_back

EPILOG = """\b
Examples:
  safeguards rollback                    back to the images before the last sync
  safeguards rollback --format json      each step as a line of JSON
The database is never downgraded: an old version that does not fit it is not brought back.
Exit codes: 0 the old version runs and is well; 12 nothing was changed; 16 it is not well."""


@click.command("rollback", epilog=EPILOG)
@format_option("text", "json", "markdown")
@target_option
@config_option
@common_options
def command(
    *,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,  # noqa: ARG001  every step is always told
) -> int:
    """Bring the services of a target back to what they were before, and check them."""
    ordered = deployed_here(Asked(Path.cwd(), config_path, target_name))
    color = not no_color and sys.stdout.isatty()
    return shown(ordered, output_format, color=color, do=roll_back)
