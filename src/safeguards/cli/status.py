"""`safeguards status`: how things stand between this repository and its production."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.installing import missing_hooks
from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.standing import Asked, gather
from safeguards.report import json_document, status_markdown, status_text

EPILOG = """\b
Examples:
  safeguards status                      the last run, what goes on, and drift
  safeguards status --offline            asks no remote
  safeguards status --format json        for programs
Works in any work tree, folder or bare repository. Exit codes: 0 nothing is left to do; 1 drift,
or work that was cut off or whose end is unknown."""


@click.command("status", epilog=EPILOG)
@click.option("--offline", is_flag=True, help="Ask no remote; compare with the last fetch.")
@format_option("text", "json", "markdown")
@target_option
@config_option
@common_options
def command(
    *,
    offline: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,  # noqa: ARG001  the text has no colours
    verbose: bool,  # noqa: ARG001  all of it is always told
) -> int:
    """Show the last run, pushes on their way, work that was cut off, and drift."""
    standing = gather(Asked(Path.cwd(), config_path, target_name, offline, missing_hooks))
    standing = REDACTOR.clean_value(standing)
    if output_format == "json":
        click.echo(json_document.render(standing), nl=False)
    elif output_format == "markdown":
        click.echo(status_markdown.render(standing), nl=False)
    else:
        click.echo(status_text.render(standing), nl=False)
    return standing.exit_code
