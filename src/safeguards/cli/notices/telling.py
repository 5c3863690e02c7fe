"""All ways of telling: what each needs is looked up first, then they run side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from safeguards.notify.neutral import visible
from safeguards.report import verify_text
from safeguards.system import environment
from safeguards.system.clock import SystemClock
from safeguards.system.github import Github
from safeguards.system.sending import Sender

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.notices.asked import Asked, Scene
    from safeguards.journal.journal import Journal

Told = tuple["Verdict", str]
"""A verdict, and the report of it as text."""

Said = Iterator["str | UnreachableError"]
"""What was done, and what went wrong beside it."""

Notice = Callable[[tuple[Told, ...]], Said]
"""Tells verdicts on several targets."""

PATIENCE = 40.0
"""Seconds after which a notice is given up, whatever keeps it."""


def tell_all(verdicts: Sequence[Verdict], asked: Asked, scene: Scene, *, color: bool) -> None:
    """Tell all at once, each within its time, and say on stderr what came of it."""
    sender = Sender()  # opens nothing before it sends
    notices = dict(_notices(verdicts, asked, scene, sender))
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
    verdicts: Sequence[Verdict], asked: Asked, scene: Scene, sender: Sender
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
                prepared.append((name, partial(_ping, way)))
            else:
                prepared.append((name, _webhook(way, scene.journal)))
    if not prepared:
        return
    clean = [REDACTOR.clean_value(verdict) for verdict in verdicts]
    told = tuple((verdict, verify_text.render(verdict)) for verdict in clean)
    for name, notice in prepared:
        yield name, partial(_all, notice, told)


def _all(notice: Notice, told: tuple[Told, ...]) -> tuple[str | UnreachableError, ...]:
    return tuple(notice(told))


def _each(tell_one: Callable[[Verdict, str], Said]) -> Notice:
    """Tells one verdict after the other; what goes wrong with one stops no other."""

    def notice(told: tuple[Told, ...]) -> Said:
        for verdict, report in told:
            about = f"{verdict.target}: " if len(told) > 1 else ""
            try:
                for said in tell_one(verdict, report):
                    yield f"{about}{said}" if isinstance(said, str) else _about(about, said)
            except UnreachableError as error:
                yield _about(about, error)

    return notice


def _about(about: str, error: UnreachableError) -> UnreachableError:
    return UnreachableError(f"{about}{error.message}", hint=error.hint)


def _webhook(way: posting.Way, journal: Journal | None) -> Notice:
    return _each(lambda verdict, _report: posting.tell_webhook(way, journal, verdict))


def _ping(way: posting.Way, told: tuple[Told, ...]) -> Said:
    """It says nothing when all goes well: whoever runs us each minute mails what is said."""
    posting.ping(way, told)
    return iter(())


def _issue_notice(asked: Asked, scene: Scene, sender: Sender) -> Notice:
    api = access.api_of(scene.found)
    repository = access.repository_of(scene.found, scene.repository, api)
    if asked.dry_run:
        where = f"{repository}, {'a new issue' if asked.issue == NEW else f'issue {asked.issue}'}"
        return _each(lambda verdict, report: iter([_shown(verdict, report, where)]))
    token = access.token_for(api, environment.variables())
    github = Github(api, repository, token, sender=sender, clock=SystemClock())
    board: boards.Board = (
        boards.Issues(github) if asked.issue == NEW else boards.Comments(github, int(asked.issue))
    )
    return _each(
        lambda verdict, report: boards.tell(github, board, verdict, report, at=verdict.started_at)
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
        # They hold words of servers.
        warn(UnreachableError(visible(f"{prefix}{error.message}"), hint=visible(error.hint)))
        return
    what = f"{prefix}a bug in safeguards: {type(error).__name__}"
    warn(UnreachableError(what, hint=crash.log_hint(error)))
