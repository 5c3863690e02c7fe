"""Asks one target or all of them at once; each has its own stages and its own verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.health import Asking, active, ask_stages, require_stages
from safeguards.cli.journal import past_of
from safeguards.cli.live import Progress, Share
from safeguards.cli.production import Production, open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.deployed import remembering
from safeguards.cli.standings.drift import with_drift
from safeguards.config.choose import pick_target
from safeguards.errors import UsageError
from safeguards.health.build import build
from safeguards.health.fanout import fan_out
from safeguards.health.poll import LONGEST_PAUSE
from safeguards.system import environment
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import StageName, Verdict
    from safeguards.cli.live import Parts
    from safeguards.cli.verifying.request import Request
    from safeguards.health.run import Stage

WIDTH = 16
"""Targets that are asked at a time."""

SLACK = 60.0
"""Seconds past all that a target's stages may take after which it is given up."""


class Subject(msgspec.Struct, frozen=True):
    """A production that is ready to be asked, and the stages that ask it."""

    production: Production
    stages: dict[StageName, Stage | str]
    deployed: Callable[[], Sequence[str]]


@contextmanager
def opened(request: Request) -> Iterator[tuple[Production, ...]]:
    """The productions that are meant, closed at the end; nothing is asked yet.

    Raises `ConfigError` and `UsageError` when any of them cannot be: then none is asked.
    """
    config = request.found.config
    if request.several and config.targets:
        names = list(config.targets)
    else:
        names = [pick_target(config, None if request.several else request.target)[0]]
    past = past_of(request.journal)
    with ExitStack() as stack:
        productions: list[Production] = []
        for name in names:
            productions.append(open_production(request.found, name, *past))
            stack.callback(productions[-1].close)
        for production in productions:
            for note in production.resolved.notes if request.verbose else ():
                click.echo(f"note: {REDACTOR.clean(note)}", err=True)
            require_stages(production, _subject(request, production).stages)
        yield tuple(productions)


def ask(
    request: Request, productions: Sequence[Production], *, parts: Parts | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each, without secrets, with the drift where there is a repository.

    Progress is shown unless `parts` are told of it.
    """
    subjects = [_subject(request, production) for production in productions]
    commit = request.commit
    asking = Asking(request.mode, request.wait, commit, request.retries)
    if len(subjects) == 1:
        (subject,) = subjects
        found = ask_stages(
            subject.production, subject.stages, asking, color=request.color, parts=parts
        )
        verdicts = [found]
    else:
        verdicts = _ask_all(request, subjects, asking, parts)
    return tuple(
        _with_drift(request, subject, verdict)
        for subject, verdict in zip(subjects, verdicts, strict=True)
    )


def _subject(request: Request, production: Production) -> Subject:
    seen, deployed = remembering(production, request.found)
    quick = request.mode == "quick"
    stages = build(seen.wanted, seen.seams, quick=quick, left_out=request.left_out)
    if not active(stages) and active(build(seen.wanted, seen.seams, quick=False)):
        raise UsageError(
            f"nothing is left to check of the target {production.name}",
            hint="what is asked for is not configured there: see --only, --skip and --quick",
        )
    return Subject(seen, dict(stages), deployed)


def _ask_all(
    request: Request, subjects: Sequence[Subject], asking: Asking, parts: Parts | None
) -> list[Verdict]:
    titles = [
        Share.title(each.production.name, name) for each in subjects for name in active(each.stages)
    ]
    terminal = environment.stderr_is_terminal()
    progress = Progress("checking productions", titles, terminal=terminal, color=request.color)

    def one(subject: Subject) -> Verdict:
        name = subject.production.name
        share = Share(progress, name, active(subject.stages)) if parts is None else parts
        return ask_stages(subject.production, subject.stages, asking, parts=share)

    attempts = 1 + (asking.retries or 0)
    longest = max(each.production.seconds for each in subjects)
    seconds = attempts * (longest + LONGEST_PAUSE) + asking.wait + SLACK
    jobs = [partial(one, subject) for subject in subjects]
    with ExitStack() as stack:
        if parts is None:
            stack.enter_context(progress)
        outcomes = fan_out(jobs, width=WIDTH, seconds=seconds, clock=SystemClock())
    verdicts: list[Verdict] = []
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
        assert outcome.value is not None
        # By now the secrets that other targets were asked with are known too.
        verdicts.append(REDACTOR.clean_value(outcome.value))
    return verdicts


def _with_drift(request: Request, subject: Subject, verdict: Verdict) -> Verdict:
    if request.repository is None:
        return verdict
    deployed = subject.deployed()
    return with_drift(verdict, request.repository, request.journal, request.found, deployed)
