"""`safeguards report`: how production is and was, as a file to look at and to send around."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.output import emit
from safeguards.cli.reporting.making import STDOUT, check_place, contents, in_words, write
from safeguards.cli.reporting.verdicts import Asked, ask, recall
from safeguards.errors import UsageError
from safeguards.exitcodes import ExitCode
from safeguards.report import json_document
from safeguards.report.html import page
from safeguards.report.printable import printable

EPILOG = """\b
Examples:
  safeguards report --html report.html          ask production, and write it all down
  safeguards report --html report.html --last   ask nobody: the journal's last verdict
  safeguards report --html - > report.html      to standard output
  safeguards report --html r.html --format json tell programs what was written
Exit codes: 0 the file is written, whatever it says; `safeguards verify` has a code for that."""


@click.command("report", epilog=EPILOG)
@click.option(
    "--html",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Write one HTML file that needs nothing else; - is standard output.",
)
@click.option("--last", is_flag=True, help="Ask nobody; show the last verdict of the journal.")
@click.option("--quick", is_flag=True, help="Leave out the API.")
@click.option("--no-journal", is_flag=True, help="Keep no record of the check.")
@format_option("text", "json")
@target_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    path: Path,
    last: bool,
    quick: bool,
    no_journal: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Write a report: the verdict, the history of checks, the migrations, the models.

    Asks production as `verify` does, and keeps the answer in the journal likewise.
    """
    if last and (quick or no_journal):
        raise UsageError("--last checks nothing", hint="leave out --quick and --no-journal")
    if path == STDOUT and output_format != "text":
        raise UsageError(
            "--html - and --format json would both write to standard output",
            hint="name a file for --html",
        )
    check_place(path)
    asked = Asked(
        Path.cwd(), config_path, target_name, quick, not no_journal, not no_color, verbose
    )
    told = recall(asked) if last else ask(asked)
    document = page.render(contents(asked, told, live=not last))
    if path == STDOUT:
        emit(document.encode())
        return ExitCode.OK
    written = write(path, document, told)
    as_json = output_format == "json"
    emit(json_document.render(written) if as_json else f"{printable(in_words(written))}\n")
    return ExitCode.OK
