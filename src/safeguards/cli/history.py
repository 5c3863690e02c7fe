"""`safeguards history`: what the journal holds."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.past import history_of
from safeguards.exitcodes import ExitCode
from safeguards.report import history_markdown, history_text, json_document

EPILOG = """\b
Examples:
  safeguards history                     the last runs and pushes, newest first
  safeguards history --limit 3 --target production
  safeguards history --format json       for programs
Works in any work tree, folder or bare repository; they all share one journal."""


@click.command("history", epilog=EPILOG)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="At most N runs, and N pushes.",
)
@click.option(
    "--target",
    metavar="NAME",
    help="Only runs of this target, and pushes that led to no run of another one.",
)
@format_option("text", "json", "markdown")
@config_option
@common_options
def command(
    *,
    limit: int,
    target: str | None,
    output_format: str,
    config_path: Path | None,
    no_color: bool,  # noqa: ARG001  the text has no colours
    verbose: bool,
) -> int:
    """List what was done to production and what was pushed, newest first."""
    history = history_of(Path.cwd(), config_path, limit, target)
    if output_format == "json":
        click.echo(json_document.render(history), nl=False)
    elif output_format == "markdown":
        click.echo(history_markdown.render(history, limit=limit, verbose=verbose), nl=False)
    else:
        click.echo(history_text.render(history, limit=limit, verbose=verbose), nl=False)
    return ExitCode.OK
