"""The options that only `verify` has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

WEEK = 7 * 24 * 3600.0

WATCHED = 5.0
"""Seconds between two runs of `--watch` that names none."""


class Seconds(click.FloatRange):
    """A number of seconds, a week at most, that really is a number."""

    def __init__(self, least: float) -> None:
        super().__init__(min=least, max=WEEK)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number; any other text is wrong usage."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return number


def verify_options(function: F) -> F:
    """What is asked, how often, and what is done with the answer."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


_OPTIONS: tuple[Callable[[F], F], ...] = (
    click.option("--quick", is_flag=True, help="Leave out the API."),
    click.option(
        "--only",
        multiple=True,
        metavar="CHECKS",
        help="Only these, by name or number: containers,migrations,api,records.",
    ),
    click.option("--skip", multiple=True, metavar="CHECKS", help="All but these."),
    click.option(
        "--wait",
        type=Seconds(0),
        default=0.0,
        metavar="SECONDS",
        help="Try again until production is well, or this long.",
    ),
    click.option(
        "--retry",
        type=click.IntRange(min=0, max=100),
        metavar="N",
        help="Try again at most N times, after 1 s, 2 s, 4 s and so on; with --wait no longer.",
    ),
    click.option(
        "--watch",
        type=Seconds(1),
        is_flag=False,
        flag_value=WATCHED,
        metavar="[SECONDS]",
        help=f"Look again and again, this long after each look ({WATCHED:.0f}), until ctrl-C.",
    ),
    click.option("--no-journal", is_flag=True, help="Keep no record of this run; write nothing."),
)
