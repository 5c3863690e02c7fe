"""`safeguards metrics serve`: a small server that Prometheus asks."""

from __future__ import annotations

from pathlib import Path

import click

from safeguards.cli.looking import Wish
from safeguards.cli.measuring.asking import setting
from safeguards.cli.measuring.serving import serve
from safeguards.cli.options import common_options, config_option, format_option, targets_option

EPILOG = """\b
Examples:
  safeguards metrics serve                          at metrics.listen, 127.0.0.1:9464
  safeguards metrics serve --listen '[::1]:9500'
  safeguards metrics serve --target all --max-age 30
/metrics always answers 200. /healthz answers 200 when production passed, 503 when it did not or
could not be asked. Ends with 0 on SIGTERM and 130 on ctrl-C; 69 when it cannot listen."""


@click.command("serve", epilog=EPILOG)
@click.option("--listen", metavar="HOST:PORT", help="Where; default: metrics.listen. Port 0: any.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0, max=3600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Ask production again when the numbers are older than this.",
)
@click.option("--quick", is_flag=True, help="Leave out the API.")
@click.option("--no-journal", is_flag=True, help="Keep no record of what is seen.")
@format_option("text", "json")
@targets_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    listen: str | None,
    max_age: float,
    quick: bool,
    no_journal: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Serve metrics until it is stopped: whoever asks gets numbers that are seconds old at most.

    Production is asked when somebody asks for the numbers, once for all who do at the same time.
    """
    here = setting(Path.cwd(), config_path, target_name)
    wish = Wish("quick" if quick else "full", not no_journal, not no_color, verbose)
    return serve(here, wish, listen, max_age=max_age, output_format=output_format)
