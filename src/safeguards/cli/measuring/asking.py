"""Gets the numbers of productions: by asking them now, or out of the journal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.checks import Mode
from safeguards.cli import crash
from safeguards.cli.configuration import require_config
from safeguards.cli.health import Asking, ask_stages
from safeguards.cli.journal import counts_before, open_journal, record_verify, warn
from safeguards.cli.measuring.past import latest, past_of, verdict_of
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.deployed import remembering
from safeguards.cli.standings.drift import with_drift
from safeguards.config.choose import pick_target
from safeguards.errors import UnreachableError
from safeguards.health.build import build
from safeguards.metrics.past import Past
from safeguards.metrics.samples import Report
from safeguards.system import git
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.live import Parts
    from safeguards.config.find import Found
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

ALL = "all"
"""The name that means every target."""


class Setting(msgspec.Struct, frozen=True):
    """Where metrics are asked for: the configuration, its productions, the journal."""

    cwd: Path
    found: Found
    repository: Repository | None
    journal: Journal
    targets: tuple[str, ...]


class Wish(msgspec.Struct, frozen=True):
    """How production is asked; `keep` is whether the journal gets the answer."""

    mode: Mode
    keep: bool
    color: bool
    verbose: bool


def setting(cwd: Path, config_path: Path | None, target_name: str | None) -> Setting:
    """The surroundings of a call. Raises `ConfigError` and `UsageError`; nothing is asked yet."""
    repository = git.discover(cwd)
    found = require_config(cwd, config_path, repository)
    journal = open_journal(repository, Path(found.folder))
    if target_name == ALL and found.config.targets:
        names = tuple(found.config.targets)
    else:
        names = (pick_target(found.config, None if target_name == ALL else target_name)[0],)
    return Setting(cwd, found, repository, journal, names)


def ask_all(here: Setting, wish: Wish) -> tuple[Report, ...]:
    """Every production's numbers as they are now, recorded as `verify` does.

    Raises `ConfigError` when any of them cannot be asked, before that one is.
    """
    reports = []
    for name in here.targets:
        verdict = ask(here, name, wish)
        if wish.keep:
            record_verify(here.journal, verdict, SystemClock())
        reports.append(Report(verdict, past(here, verdict)))
    return tuple(reports)


def ask(
    here: Setting,
    name: str,
    wish: Wish,
    *,
    parts: Parts | None = None,
    crashed: Callable[[Exception], str] = crash.log_hint,
) -> Verdict:
    """The verdict on one production, without secrets; `parts` are told how it goes on."""
    production = open_production(here.found, name, partial(counts_before, here.journal))
    for note in production.resolved.notes if wish.verbose and parts is None else ():
        click.echo(f"note: {REDACTOR.clean(note)}", err=True)
    commit = here.repository.head() if here.repository else None
    production, told = remembering(production, here.found)
    stages = build(production.wanted, production.seams, quick=wish.mode == "quick")
    asking = Asking(mode=wish.mode, wait=0.0, commit=commit)
    verdict = ask_stages(production, stages, asking, color=wish.color, crashed=crashed, parts=parts)
    if here.repository is None:
        return verdict
    return with_drift(verdict, here.repository, here.journal, here.found, told())


def known(here: Setting, name: str) -> Report:
    """The numbers of the last verify that the journal holds, with its own times.

    Raises `UnreachableError` when it holds none.
    """
    run = latest(here.journal, name)
    if run is None:
        raise UnreachableError(
            f"the journal holds no verify of the target {name}",
            hint="run: safeguards verify; or leave out --last",
        )
    verdict = REDACTOR.clean_value(verdict_of(run))
    return Report(verdict, past(here, verdict))


def past(here: Setting, verdict: Verdict) -> Past:
    """What the journal adds; nothing, and a warning, when it cannot be read."""
    try:
        return past_of(here.repository, here.journal, verdict)
    except UnreachableError as error:
        warn(error)
        return Past()
