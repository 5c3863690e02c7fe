"""Entry point: verbs are imported only when called; errors become text and exit codes here."""

from __future__ import annotations

import errno
import gc
import io
import sys
from typing import NoReturn

import click

from safeguards import __version__
from safeguards.cli.lazy import LazyGroup
from safeguards.cli.redact import REDACTOR
from safeguards.errors import SafeguardsError
from safeguards.exitcodes import ExitCode

VERBS: dict[str, str] = {
    "scan": "find SQLAlchemy relationships that would take the application down",
    "migrations": "check that the Alembic history is one unbroken line",
    "explain": "explain a rule, with an example and the way out",
    "gate": "judge what a push would deploy, before it leaves",
    "push": "push, and stay until production is looked after",
    "sync": "bring production to the pushed commit, or leave it as it was",
    "rollback": "bring production back to the version before",
    "verify": "check production: containers, migrations, API, record counts",
    "metrics": "tell Prometheus how production is: a server, a textfile, a push gateway",
    "status": "show the last run, what goes on or was cut off, and drift",
    "history": "list runs and pushes, newest first",
    "report": "write how production is and was into one HTML file",
    "install": "guard this repository: hooks for commits and pushes, beside what is there",
    "uninstall": "take the guards out again; everything is as it was",
    "demo": "see a bad model refused and a broken production noticed, on this machine",
}

INTERNAL = frozenset({"hook"})
"""Verbs that only the hook shims call; help does not list them."""


EPILOG = """\b
Examples:
  safeguards scan                what would take the application down, in the work tree
  safeguards explain SG101       what a finding means, and the way out
  safeguards verify              how production is
  safeguards demo                all of it on a small production that is made for it"""


@click.command(
    cls=LazyGroup,
    listed=VERBS,
    hidden=INTERNAL,
    module="safeguards.cli.{}",
    epilog=EPILOG,
    # Without a verb the call is wrong whatever click's version makes of it.
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="safeguards")
def cli() -> None:
    """No git push takes a SQLAlchemy + Alembic + Docker production down.

    Run `safeguards COMMAND --help` for options and examples.
    """


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises, never exits."""
    try:
        result = cli.main(args=argv, prog_name="safeguards", standalone_mode=False)
    except click.UsageError as error:
        _say_usage(error)
        return ExitCode.USAGE
    except click.ClickException as error:
        _say(f"error: {error.format_message()}")
        return ExitCode.USAGE
    except SafeguardsError as error:
        _say_error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return ExitCode.INTERRUPTED
    except SystemExit:
        # click's own way out when somebody it wrote to went away: no verdict, so no pass.
        _closed_pipe()
        return ExitCode.UNREACHABLE
    except Exception as error:  # noqa: BLE001  the one place that turns a bug into exit 70
        return _unexpected(error)
    return int(result) if isinstance(result, int) else ExitCode.OK


def run() -> NoReturn:
    """Console script: exit with the code of `main`."""
    # A command makes objects and ends; looking for garbage while importing costs a tenth of it.
    gc.set_threshold(100_000, 20, 20)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from safeguards.system.streams import open_missing

        open_missing()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    code = main()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _closed_pipe()
    raise SystemExit(int(code))


def _unexpected(error: Exception) -> int:
    """A full disk is said as it is; anything else is a bug, with a log to send."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        _say(f"error: {error.strerror}: {error.filename or 'the output'} could not be written")
        _say("hint: make room there, then run this again")
        _closed_pipe()
        return ExitCode.UNREACHABLE
    from safeguards.cli.crash import report_crash

    _say(report_crash(error))
    return ExitCode.BUG


def _say(text: str) -> None:
    click.echo(REDACTOR.clean(text), err=True)


def _say_usage(error: click.UsageError) -> None:
    command = error.ctx.command_path if error.ctx else "safeguards"
    _say(f"error: {error.format_message()}")
    _say(f"hint: see `{command} --help`")


def _say_error(error: SafeguardsError) -> None:
    _say(f"error: {error.message}")
    for title, text in error.context:
        _say(f"  {title}: {text}")
    if error.hint:
        _say(f"hint: {error.hint}")


def _closed_pipe() -> None:
    """The reader went away (`| head`): keep the interpreter's exit silent."""
    from safeguards.system.streams import silence_stdout

    silence_stdout()
