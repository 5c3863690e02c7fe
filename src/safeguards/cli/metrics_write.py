"""`safeguards metrics write`: the numbers, taken to where Prometheus finds them."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.looking import Wish
from safeguards.cli.measuring.asking import ask_all, known, setting
from safeguards.cli.measuring.delivering import deliver, destinations
from safeguards.cli.options import common_options, config_option, format_option, targets_option
from safeguards.errors import UsageError
from safeguards.exitcodes import ExitCode

EPILOG = """\b
Examples:
  safeguards metrics write                      as the configuration says, after a verify
  safeguards metrics write --textfile /var/lib/node_exporter/safeguards.prom
  safeguards metrics write --pushgateway http://127.0.0.1:9091 --target all
  safeguards metrics write --last               of the last verify; asks production nothing
Exit codes: 0 written, however production is; 69 not written, or not everywhere."""


@click.command("write", epilog=EPILOG)
@click.option("--quick", is_flag=True, help="Leave out the API.")
@click.option("--last", is_flag=True, help="Take the journal's last verify; ask nothing.")
@click.option("--no-journal", is_flag=True, help="Keep no record of this verify.")
@click.option(
    "--textfile",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File to replace, in one step; default: metrics.textfile.",
)
@click.option(
    "--pushgateway",
    metavar="URL",
    help="Push gateway, or env:NAME, file:PATH; default: metrics.pushgateway.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1, max=600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the push gateway may take.",
)
@format_option("text", "json")
@targets_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    quick: bool,
    last: bool,
    no_journal: bool,
    textfile: Path | None,
    pushgateway: str | None,
    timeout: float,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Verify production, and write what was seen as metrics: a textfile, a push gateway, or both.

    The verdict is in the metrics; the exit code tells whether they were written.
    """
    if last and quick:
        raise UsageError("--last asks nothing, so --quick has no meaning", hint="leave one out")
    here = setting(Path.cwd(), config_path, target_name)
    places = destinations(here, textfile, pushgateway, timeout)
    if last:
        reports = tuple(known(here, name) for name in here.targets)
    else:
        wish = Wish("quick" if quick else "full", not no_journal, not no_color, verbose)
        reports = ask_all(here, wish)
    deliver(reports, places, output_format)
    return ExitCode.OK
