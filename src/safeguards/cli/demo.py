"""`safeguards demo`: the guards at work on a production that is made for it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.stage import play
from safeguards.errors import NotInstalledError
from safeguards.system import process

NEEDED = ("fastapi", "uvicorn")

EPILOG = """\b
Examples:
  safeguards demo                        bad commits, bad pushes, and production broken four ways
  safeguards demo --keep                 leave the folder, to look around in it
  safeguards demo --format json          every command with its exit code, for programs
Exit codes: 0 all went as told; 69 something is not installed; 70 it went another way."""


@click.command("demo", epilog=EPILOG)
@click.option("--keep", is_flag=True, help="Leave the folder; its processes end all the same.")
@format_option("text", "json")
@config_option
@common_options
def command(
    *,
    keep: bool,
    output_format: str,
    config_path: Path | None,  # noqa: ARG001  every verb takes it; the demo brings its own
    no_color: bool,
    verbose: bool,  # noqa: ARG001  the story is always told in full
) -> None:
    """Show the guards at work: makes a small production, and breaks it.

    Everything happens in a temporary folder: a repository with the hooks and a remote, an
    application with SQLite, a web process on a local port. Needs Python and git, no Docker.
    """
    _require_application()
    as_json = output_format == "json"
    color = not no_color and (sys.stderr if as_json else sys.stdout).isatty()
    play(keep=keep, as_json=as_json, color=color)


def _require_application() -> None:
    """Raises `NotInstalledError` when git or the libraries of the demo's application lack."""
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        raise NotInstalledError(
            f"the demo's application needs {' and '.join(absent)}, which are not installed",
            hint=f"{sys.executable} -m pip install {' '.join(absent)}",
        )
    try:
        process.run(("git", "--version"), timeout=10)
    except NotInstalledError as error:
        raise NotInstalledError(
            "the demo needs git, which is not on the PATH", hint="install git"
        ) from error
