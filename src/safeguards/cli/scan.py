"""`safeguards scan`: find the relationships that would take the application down."""

from __future__ import annotations

import sys
from typing import Any

import click

from safeguards.cli.scan_options import ScanOptions, scan_options
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
@scan_options
def command(**given: Any) -> int:
    """Find SQLAlchemy relationships that would take the application down.

    Reads the code and never runs it. An error is what SQLAlchemy would raise for; a warning is
    what it would silently misread.
    """
    options = ScanOptions(**given)
    if options.staged and options.rev is not None:
        raise UsageError("--staged and --commit exclude each other", hint="give one of them")
    outcome = run_scan(
        Request(options.paths, options.staged, options.rev, options.config_path, options.strict)
    )
    if options.dump_models is not None:
        write_models(options.dump_models, outcome.models())
    findings = tuple(f for f in outcome.findings if options.verbose or f.severity != "info")
    if options.output_format == "json":
        click.echo(findings_json.render(outcome.counts, findings).encode(), nl=False)
    elif options.output_format == "github":
        click.echo(findings_github.render(findings), nl=False)
    else:
        color = not options.no_color and sys.stdout.isatty()
        click.echo(findings_text.render(findings, color=color), nl=False)
    if options.verbose:
        click.echo(outcome.summary(), err=True)
    failed = any(finding.severity == "error" for finding in findings)
    return ExitCode.FINDINGS if failed else ExitCode.OK
