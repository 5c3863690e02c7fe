"""`safeguards scan`: find the relationships that would take the application down."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.scanning import Request, run_scan, write_models
from safeguards.errors import UsageError
from safeguards.exitcodes import ExitCode
from safeguards.report import findings_github, findings_json, findings_text

EPILOG = """\b
Examples:
  safeguards scan                        the project around the current folder
  safeguards scan backend/app/models     judge only these; the rest is still read
  safeguards scan --staged               what the next commit would hold
  safeguards scan --commit HEAD~3        what a commit holds
  safeguards scan --format json          for programs
Exit codes: 0 no errors (warnings are shown), 1 errors."""


@click.command("scan", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option("--staged", is_flag=True, help="Read the git index instead of the work tree.")
@click.option("--commit", "rev", metavar="REV", help="Read a commit instead of the work tree.")
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option(
    "--dump-models", type=click.Path(path_type=Path), metavar="FILE", help="Write the models too."
)
@format_option("text", "json", "github")
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    paths: tuple[str, ...],
    staged: bool,
    rev: str | None,
    strict: bool,
    dump_models: Path | None,
    output_format: str,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Find SQLAlchemy relationships that would take the application down.

    Reads the code and never runs it. An error is what SQLAlchemy would raise for; a warning is
    what it would silently misread.
    """
    if staged and rev is not None:
        raise UsageError("--staged and --commit exclude each other", hint="give one of them")
    request = Request(paths, staged, rev, config_path, strict)
    outcome = run_scan(request)
    if dump_models is not None:
        write_models(dump_models, outcome.models())
    findings = tuple(f for f in outcome.findings if verbose or f.severity != "info")
    if output_format == "json":
        click.echo(findings_json.render(outcome.counts, findings).encode(), nl=False)
    elif output_format == "github":
        click.echo(findings_github.render(findings), nl=False)
    else:
        color = not no_color and sys.stdout.isatty()
        click.echo(findings_text.render(findings, color=color), nl=False)
    if verbose:
        click.echo(outcome.summary(), err=True)
    failed = any(finding.severity == "error" for finding in findings)
    return ExitCode.FINDINGS if failed else ExitCode.OK
