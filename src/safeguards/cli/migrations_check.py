"""`safeguards migrations check`: is the Alembic history one unbroken line?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from safeguards.cli import native
from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.output import emit
from safeguards.cli.revisions.history_check import Checked, HistoryRequest, run_check
from safeguards.errors import UsageError
from safeguards.exitcodes import ExitCode
from safeguards.report import findings_github, findings_json, findings_text

EPILOG = """\b
Examples:
  safeguards migrations check                 the work tree
  safeguards migrations check --staged        what the next commit would hold
  safeguards migrations check --commit HEAD~3 what a commit holds
  safeguards migrations check --format json   for programs
Exit codes: 0 no errors (warnings are shown), 1 errors."""


@click.command("check", epilog=EPILOG)
@click.option("--staged", is_flag=True, help="Read the git index instead of the work tree.")
@click.option("--commit", "rev", metavar="REV", help="Read a commit instead of the work tree.")
@format_option("text", "json", "github")
@config_option
@common_options
def command(
    *,
    staged: bool,
    rev: str | None,
    output_format: str,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Find what would keep `alembic upgrade head` from its end.

    Several heads, missing parents, ids used twice, files that Alembic cannot load or that git does
    not have, live migrations that were edited. Reads the files and never runs them.
    """
    if staged and rev is not None:
        raise UsageError("--staged and --commit exclude each other", hint="give one of them")
    plain = staged and config_path is None and output_format == "text"
    if plain and (code := native.verdict("pre-commit", "migrations")) is not None:
        return code
    checked = run_check(HistoryRequest(staged, rev, config_path))
    color = not no_color and sys.stdout.isatty()
    emit(_rendered(checked, output_format, color=color))
    if verbose:
        click.echo(checked.summary(), err=True)
    failed = any(finding.severity == "error" for finding in checked.findings)
    return ExitCode.FINDINGS if failed else ExitCode.OK


def _rendered(checked: Checked, output_format: str, *, color: bool) -> bytes | str:
    if output_format == "json":
        return findings_json.render(checked.counts, checked.findings).encode()
    if output_format == "github":
        return findings_github.render(checked.findings)
    return findings_text.render(checked.findings, checked.excerpts(), color=color)
