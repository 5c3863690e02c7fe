"""`safeguards scan`: find the relationships that would take the application down."""

from __future__ import annotations

import sys
from typing import Any

import click

from safeguards.cli import native
from safeguards.cli.output import emit
from safeguards.cli.scans.fixing import fixing_of, tell
from safeguards.cli.scans.importing import imports_of
from safeguards.cli.scans.scan_files import check_graph, write_beside
from safeguards.cli.scans.scan_options import ScanOptions, check, scan_options
from safeguards.cli.scans.scanning import Request, run_scan
from safeguards.exitcodes import ExitCode

EPILOG = """\b
Examples:
  safeguards scan                        the project around the current folder
  safeguards scan backend/app/models     judge only these; the rest is still read
  safeguards scan --staged               what the next commit would hold
  safeguards scan --commit HEAD~3        what a commit holds
  safeguards scan --format json          for programs
  safeguards scan --fix                  repair what the code shows how to repair
  safeguards scan --graph models.svg     draw the models, faults in red
  safeguards scan --write-baseline       accept today's findings, see only new ones
  safeguards scan --import app.models    let the project's own SQLAlchemy judge, too
Exit codes: 0 no errors (warnings are shown), 1 errors."""


@click.command("scan", epilog=EPILOG)
@scan_options
def command(**given: Any) -> int:
    """Find SQLAlchemy relationships that would take the application down.

    Reads the code and never runs it. An error is what SQLAlchemy would raise for; a warning is
    what it would silently misread.
    """
    options = ScanOptions(**given)
    check(options)
    if options.judges_a_commit and (code := native.verdict("pre-commit", "scan")) is not None:
        return code
    check_graph(options.graph)
    outcome = run_scan(
        Request(
            options.paths,
            options.staged,
            options.rev,
            options.config_path,
            options.strict,
            options.write_baseline,
            imports_of(options),
            fixing_of(options),
            color=not options.no_color,
        )
    )
    write_beside(options, outcome)
    findings = tuple(f for f in outcome.findings if options.verbose or f.severity != "info")
    if outcome.fixes is not None:
        tell(outcome.fixes, findings, terminal=sys.stdout.isatty())
    if not options.diff and (findings or options.output_format != "text"):
        from safeguards.cli.scans.scan_output import rendered

        color = not options.no_color and sys.stdout.isatty()
        emit(rendered(outcome, findings, options.output_format, color=color))
    if options.verbose:
        click.echo(outcome.summary(), err=True)
    failed = any(finding.severity == "error" for finding in findings)
    return ExitCode.FINDINGS if failed else ExitCode.OK
