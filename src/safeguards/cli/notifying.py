"""Tells others what `verify` saw: an issue, a webhook, a ping. It never changes the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from safeguards.cli import crash
from safeguards.cli.journal import warn
from safeguards.cli.live import Progress
from safeguards.cli.notices import access, boards, posting
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
    from safeguards.config.find import Found
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

F = TypeVar("F", bound=Callable[..., Any])
Notice = Callable[["Verdict", str], Iterator["str | UnreachableError"]]
"""Tells a verdict and its report; what was done, and what went wrong beside it."""

PATIENCE = 40.0
"""Seconds after which a notice is given up, whatever keeps it."""

NEW = "new"


class Asked(msgspec.Struct, frozen=True):
    """What the command line says of telling: the `issue` is a number, `new` or "" for none."""

    issue: str = ""
    dry_run: bool = False
    quiet: bool = False


class Scene(msgspec.Struct, frozen=True):
    """Where a verify ran; without a journal nothing is remembered."""

    found: Found
    repository: Repository | None
    journal: Journal | None


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


def tell(verdict: Verdict, asked: Asked, scene: Scene, *, color: bool = False) -> None:
    """Tell everybody who is to be told; whatever goes wrong with it is a warning on stderr."""
    try:
        _tell(verdict, asked, scene, color=color)
    except Exception as error:  # noqa: BLE001  a bug in telling must not change what verify found
        _warn(error)


def _tell(verdict: Verdict, asked: Asked, scene: Scene, *, color: bool) -> None:
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
        with _Warning("issue: "):
            prepared.append(("issue", _issue_notice(asked, scene, sender)))
    for name, value in (("webhook", settings.webhook), ("ping", settings.ping)):
        if value is None or asked.quiet:
            continue
        with _Warning(f"{name}: "):
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


class _Warning:
    """Turns what goes wrong inside into a warning that begins with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        _warn(error, self._prefix)
        return True


def _warn(error: Exception, prefix: str = "") -> None:
    if isinstance(error, SafeguardsError):
        warn(UnreachableError(f"{prefix}{error.message}", hint=error.hint))
        return
    what = f"{prefix}a bug in safeguards: {type(error).__name__}"
    warn(UnreachableError(what, hint=crash.log_hint(error)))


def _issue(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    """A number greater than 0 without leading zeros, or `new`; "" when it was not given."""
    if given is None or given == NEW:
        return given or ""
    if given.isascii() and given.isdigit() and not given.startswith("0") and len(given) <= 10:
        return given
    raise click.BadParameter(f"{given!r} is neither the number of an issue nor `new`")
