"""The options of `safeguards scan`, and what they say as one value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from safeguards.cli.options import common_options, config_option, format_option
from safeguards.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")

IMPORT_TIMEOUT = 60.0
"""Seconds that the import and configuring the mappers get, unless the command line says."""


class ScanOptions(msgspec.Struct, frozen=True):
    """What the command line said; the fields are the parameters of `scan_options`."""

    paths: tuple[str, ...]
    staged: bool
    rev: str | None
    strict: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    dump_models: Path | None
    graph: Path | None
    write_baseline: bool
    import_modules: tuple[str, ...]
    import_python: str | None
    import_timeout: float | None
    output_format: str
    config_path: Path | None
    no_color: bool
    verbose: bool

    @property
    def judges_a_commit(self) -> bool:
        """Whether it says what our commit hook says: the whole index, as the project has it."""
        others = (self.paths, self.rev, self.strict, self.fix, self.unsafe_fixes, self.diff)
        outputs = (self.dump_models, self.graph, self.write_baseline, self.output_format != "text")
        asked = (self.import_modules, self.config_path)
        return self.staged and not any((*others, *outputs, *asked))


def scan_options(function: F) -> F:
    """Every argument and option of `scan`, in the order in which `--help` lists them."""
    for decorate in reversed(
        (
            _sources,
            _imports,
            _fixes,
            _outputs,
            format_option(*FORMATS),
            config_option,
            common_options,
        )
    ):
        function = decorate(function)
    return function


def _sources(function: F) -> F:
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, metavar="[PATH]…"),
            click.option(
                "--staged", is_flag=True, help="Read the git index instead of the work tree."
            ),
            click.option(
                "--commit", "rev", metavar="REV", help="Read a commit instead of the work tree."
            ),
            click.option("--strict", is_flag=True, help="Warnings are errors."),
        )
    ):
        function = decorate(function)
    return function


def _imports(function: F) -> F:
    for decorate in (
        click.option(
            "--import-timeout",
            type=click.FloatRange(min=0.1, max=3600),
            metavar="SECONDS",
            help=f"The import ends after this; default: {IMPORT_TIMEOUT:g}.",
        ),
        click.option("--python", "import_python", metavar="PATH", help="The Python for --import."),
        click.option(
            "--import",
            "import_modules",
            multiple=True,
            metavar="MODULE",
            help="Import this with the project's Python and let its SQLAlchemy judge, too.",
        ),
    ):
        function = decorate(function)
    return function


def _fixes(function: F) -> F:
    for decorate in reversed(
        (
            click.option("--fix", is_flag=True, help="Apply the safe fixes to the files."),
            click.option(
                "--unsafe-fixes",
                is_flag=True,
                help="Apply those too that change what works now, or show them with --diff.",
            ),
            click.option("--diff", is_flag=True, help="Show the fixes; change nothing."),
        )
    ):
        function = decorate(function)
    return function


def _outputs(function: F) -> F:
    file = click.Path(path_type=Path)
    for decorate in reversed(
        (
            click.option("--dump-models", type=file, metavar="FILE", help="Write the models too."),
            click.option(
                "--graph",
                type=file,
                metavar="FILE",
                help="Draw the models too, as FILE.mmd (Mermaid) or FILE.svg.",
            ),
            click.option(
                "--write-baseline",
                is_flag=True,
                help="Accept what is found now: later scans show only what is new.",
            ),
        )
    ):
        function = decorate(function)
    return function


def check(options: ScanOptions) -> None:
    """Raise `UsageError` for options that exclude each other."""
    if options.staged and options.rev is not None:
        raise UsageError("--staged and --commit exclude each other", hint="give one of them")
    if options.write_baseline and (options.staged or options.rev is not None or options.paths):
        raise UsageError(
            "--write-baseline accepts what is found in the whole work tree",
            hint="leave out PATHs, --staged and --commit",
        )
