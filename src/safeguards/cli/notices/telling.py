"""All ways of telling: what each needs is looked up first, then they run side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from safeguards.cli import crash
from safeguards.cli.journal import warn
from safeguards.cli.live import Progress
from safeguards.cli.notices import access, boards, posting
from safeguards.cli.notices.asked import NEW
from safeguards.cli.redact import REDACTOR
from safeguards.errors import SafeguardsError, UnreachableError
from safeguards.health.fanout import fan_out
from safeguards.notify.decide import decide
from safeguards.report import verify_text
from safeguards.system import environment
from safeguards.system.clock import SystemClock
from safeguards.system.github import Github
from safeguards.system.sending import Sender

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.notices.asked import Asked, Scene
    from safeguards.journal.journal import Journal

Notice = Callable[["Verdict", str], Iterator["str | UnreachableError"]]
"""Tells a verdict and its report; what was done, and what went wrong beside it."""

PATIENCE = 40.0
"""Seconds after which a notice is given up, whatever keeps it."""


def tell_all(verdict: Verdict, asked: Asked, scene: Scene, *, color: bool) -> None:
    """Tell all at once, each within its time, and say on stderr what came of it."""
    sender = Sender()  # opens nothing before it sends
    notices = dict(_notices(verdict, asked, scene, sender))
    if not notices:
        return
    names, clock = list(notices), SystemClock()
    terminal = environment.stderr_is_terminal()
    try:
        with Progress("telling others", names, terminal=terminal, color=color) as progress:
            outcomes = fan_out(
                [notices[name] for name in names],
                width=len(names),
                seconds=PATIENCE,
                clock=clock,
                done=lambda index, got: progress.part(
                    names[index], "failed" if got.error else "ok"
                ),
            )
    finally:
        sender.close()
    for name, outcome in zip(names, outcomes, strict=True):
        for said in outcome.value or ():
            if isinstance(said, str):
                click.echo(REDACTOR.clean(f"{name}: {said}"), err=True)
            else:
                _warn(said, f"{name}: ")
        if outcome.error is not None:
            _warn(outcome.error, f"{name}: ")


def _notices(
    verdict: Verdict, asked: Asked, scene: Scene, sender: Sender
) -> Iterator[tuple[str, Callable[[], tuple[str | UnreachableError, ...]]]]:
    """Each way that is wanted and possible. All secrets are known to the redactor by the end."""
    prepared: list[tuple[str, Notice]] = []
    settings = scene.found.config.notify
    if asked.issue:
        with warned("issue: "):
            prepared.append(("issue", _issue_notice(asked, scene, sender)))
    for name, value in (("webhook", settings.webhook), ("ping", settings.ping)):
        if value is None or asked.quiet:
            continue
        with warned(f"{name}: "):
            url = access.resolved_url(scene.found, value, f"notify.{name}")
            way = posting.Way(sender, SystemClock(), url)
            if name == "ping":
                prepared.append((name, _ping_notice(way)))
            else:
                prepared.append((name, _webhook_notice(way, scene.journal)))
    if not prepared:
        return
    clean = REDACTOR.clean_value(verdict)
    report = verify_text.render(clean)
    for name, notice in prepared:
        yield name, partial(_all, notice, clean, report)


def _all(
    notice: Notice,
    verdict: Verdict,
    report: str,
) -> tuple[str | UnreachableError, ...]:
    return tuple(notice(verdict, report))


def _webhook_notice(way: posting.Way, journal: Journal | None) -> Notice:
    return lambda verdict, _report: posting.tell_webhook(way, journal, verdict)


def _ping_notice(
    way: posting.Way,
) -> Notice:
    """It says nothing when all goes well: whoever runs us each minute mails what is said."""

    def notice(verdict: Verdict, report: str) -> Iterator[str | UnreachableError]:
        posting.ping(way, verdict, report)
        return iter(())

    return notice


def _issue_notice(asked: Asked, scene: Scene, sender: Sender) -> Notice:
    api = access.api_of(scene.found)
    repository = access.repository_of(scene.found, scene.repository, api)
    if asked.dry_run:
        where = f"{repository}, {'a new issue' if asked.issue == NEW else f'issue {asked.issue}'}"
        return lambda verdict, report: iter([_shown(verdict, report, where)])
    token = access.token_for(api, environment.variables())
    github = Github(api, repository, token, sender=sender, clock=SystemClock())
    board: boards.Board = (
        boards.Issues(github) if asked.issue == NEW else boards.Comments(github, int(asked.issue))
    )
    return lambda verdict, report: boards.tell(
        github, board, verdict, report, at=verdict.started_at
    )


def _shown(verdict: Verdict, report: str, where: str) -> str:
    """What would be posted if nothing was before."""
    step = decide(verdict, report, (), verdict.started_at)
    if step.do == "nothing":
        return f"{where}: nothing to post; the text of an earlier failure would be marked recovered"
    headline = f"\ntitle: {step.title}" if where.endswith("a new issue") else ""
    return f"{where}: this would be posted{headline}\n{step.body}"


@contextmanager
def warned(prefix: str) -> Iterator[None]:
    """Whatever goes wrong inside is a warning that begins with `prefix`."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  telling must not change what verify found
        _warn(error, prefix)


def _warn(error: Exception, prefix: str = "") -> None:
    if isinstance(error, SafeguardsError):
        warn(UnreachableError(f"{prefix}{error.message}", hint=error.hint))
        return
    what = f"{prefix}a bug in safeguards: {type(error).__name__}"
    warn(UnreachableError(what, hint=crash.log_hint(error)))
