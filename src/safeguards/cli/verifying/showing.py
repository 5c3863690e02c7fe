"""A verdict, or those on several targets, in the format that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from safeguards.checks import together
from safeguards.report import (
    verify_github,
    verify_json,
    verify_junit,
    verify_markdown,
    verify_tap,
    verify_text,
)
from safeguards.system.streams import columns_of_stdout

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.verifying.request import Request

LISTS: Mapping[str, Callable[[tuple[Verdict, ...]], str]] = {
    "junit": verify_junit.render,
    "markdown": verify_markdown.render,
    "tap": verify_tap.render,
    "github": verify_github.render,
}
"""Formats that make one document of any number of verdicts."""

FORMATS = ("text", "json", "junit", "markdown", "tap", "github")


def rendered(request: Request, verdicts: tuple[Verdict, ...]) -> str:
    """All that goes to standard output."""
    if request.format in LISTS:
        return LISTS[request.format](verdicts)
    if request.format == "json":
        return verify_json.render(together(verdicts) if request.several else verdicts[0])
    return text(request, verdicts)


def text(request: Request, verdicts: tuple[Verdict, ...]) -> str:
    """As people read it, broken into lines where a terminal is narrow."""
    color = request.color and sys.stdout.isatty()
    look = verify_text.Look(request.verbose, color, columns_of_stdout())
    if request.several:
        return verify_text.render_several(together(verdicts), look)
    return verify_text.render(verdicts[0], verbose=look.verbose, color=look.color, width=look.width)
