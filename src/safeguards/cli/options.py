"""Options that several verbs share, spelled once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from safeguards.system.environment import variables

F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """`--config FILE`: use this file instead of the one found upwards."""
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Configuration file; default: the nearest safeguards.toml or pyproject.toml.",
    )(function)


def target_option(function: F) -> F:
    """`--target NAME`: which production."""
    return click.option(
        "--target",
        "target_name",
        metavar="NAME",
        help="Which target; default: the only one, or the one named production.",
    )(function)


def targets_option(function: F) -> F:
    """`--target NAME`: which production, or `all`."""
    return click.option(
        "--target",
        "target_name",
        metavar="NAME",
        help="Which target; all for every one at once; default: the only one, or production.",
    )(function)


def format_option(*names: str) -> Callable[[F], F]:
    """`--format NAME`, the first name being the default."""

    def decorate(function: F) -> F:
        return click.option(
            "--format",
            "output_format",
            type=click.Choice(names),
            default=names[0],
            show_default=True,
            help="Output format; everything else goes to stderr.",
        )(function)

    return decorate


def common_options(function: F) -> F:
    """`--no-color` and `-v`, which every verb has."""
    function = click.option(
        "--no-color", is_flag=True, callback=_no_color, help="No colours (or set NO_COLOR)."
    )(function)
    return click.option("-v", "--verbose", is_flag=True, help="Say more.")(function)


def _no_color(_context: click.Context, _option: click.Parameter, given: bool) -> bool:
    """NO_COLOR with any value but an empty one means no colours; see no-color.org."""
    return given or bool(variables().get("NO_COLOR"))
