"""A verdict, or those on several targets, in the format that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from safeguards.checks import together
from safeguards.report import verify_json, verify_text
from safeguards.system.streams import columns_of_stdout

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.verifying.request import Request

FORMATS = ("text", "json", "junit", "markdown", "tap", "prometheus", "github")


def ready(request: Request) -> None:
    """Raises `NotInstalledError` for a format that needs what is not installed; nobody is asked."""
    if request.format == "prometheus":
        from safeguards.metrics.exposition import require_library

        require_library()


def rendered(request: Request, verdicts: tuple[Verdict, ...]) -> str:
    """All that goes to standard output."""
    if request.format == "text":
        return text(request, verdicts)
    if request.format == "json":
        return verify_json.render(together(verdicts) if request.several else verdicts[0])
    return _renderer(request.format)(verdicts)


def _renderer(name: str) -> Callable[[tuple[Verdict, ...]], str]:
    """What makes one document of any number of verdicts; nobody else pays for its import."""
    if name == "prometheus":
        from safeguards.metrics.exposition import render_all
        from safeguards.metrics.samples import Report

        return lambda verdicts: render_all(*(Report(verdict) for verdict in verdicts))
    if name == "junit":
        from safeguards.report import verify_junit

        return verify_junit.render
    if name == "tap":
        from safeguards.report import verify_tap

        return verify_tap.render
    if name == "github":
        from safeguards.report import verify_github

        return verify_github.render
    from safeguards.report import verify_markdown

    return verify_markdown.render


def text(request: Request, verdicts: tuple[Verdict, ...]) -> str:
    """As people read it, broken into lines where a terminal is narrow."""
    color = request.color and sys.stdout.isatty()
    look = verify_text.Look(request.verbose, color, columns_of_stdout())
    if request.several:
        return verify_text.render_several(together(verdicts), look)
    return verify_text.render(verdicts[0], verbose=look.verbose, color=look.color, width=look.width)
