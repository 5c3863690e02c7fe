"""Tells others what `verify` saw: an issue, a webhook, a ping. It never changes the exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from safeguards.cli.notices.asked import NEW, Asked, Scene

if TYPE_CHECKING:
    from safeguards.checks import Verdict

__all__ = ["Asked", "Scene", "notify_options", "tell"]

F = TypeVar("F", bound=Callable[..., Any])


def notify_options(function: F) -> F:
    """`--issue`, `--issue-dry-run` and `--no-notify`, handed on together as `asked`."""

    @click.option(
        "--issue",
        callback=_issue,
        metavar="N|new",
        help="Tell it on GitHub: in issue N, or in a new issue of its own.",
    )
    @click.option(
        "--issue-dry-run",
        is_flag=True,
        help="Show on stderr what --issue would post; post nothing.",
    )
    @click.option("--no-notify", is_flag=True, help="Leave out webhook and ping.")
    @wraps(function)
    def gathered(*args: Any, issue: str, issue_dry_run: bool, no_notify: bool, **rest: Any) -> Any:
        asked = Asked(issue or (NEW if issue_dry_run else ""), issue_dry_run, no_notify)
        return function(*args, asked=asked, **rest)

    return gathered  # type: ignore[return-value]  # click calls it by the names of its options


def tell(verdicts: Sequence[Verdict], asked: Asked, scene: Scene, *, color: bool = False) -> None:
    """Tell everybody who is to be told; whatever goes wrong with it is a warning on stderr.

    Of several targets each is told for itself, but there was one run, so there is one ping.
    """
    settings = scene.found.config.notify
    if not asked.issue and (asked.quiet or (settings.webhook is None and settings.ping is None)):
        return
    # Most runs tell nobody, and all of them wait for imports.
    from safeguards.cli.notices.telling import tell_all, warned

    with warned(""):
        tell_all(verdicts, asked, scene, color=color)


def _issue(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    """A number greater than 0 without leading zeros, or `new`; "" when it was not given."""
    if given is None or given == NEW:
        return given or ""
    if given.isascii() and given.isdigit() and not given.startswith("0") and len(given) <= 10:
        return given
    raise click.BadParameter(f"{given!r} is neither the number of an issue nor `new`")
