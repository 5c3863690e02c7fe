"""Asks one production how it is, as `verify` does, for verbs that do something else with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.checks import Mode
from safeguards.cli import crash
from safeguards.cli.configuration import require_config
from safeguards.cli.health import Asking, ask_stages
from safeguards.cli.journal import open_journal, past_of, record_verify
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.deployed import remembering
from safeguards.cli.standings.drift import with_drift
from safeguards.health.build import build
from safeguards.system import git
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.live import Parts
    from safeguards.config.find import Found
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository


class Surroundings(msgspec.Struct, frozen=True):
    """Where production is asked from: the configuration, the repository, the journal."""

    found: Found
    repository: Repository | None
    journal: Journal


class Wish(msgspec.Struct, frozen=True):
    """How production is asked; `keep` is whether the journal gets the answer."""

    mode: Mode
    keep: bool
    color: bool
    verbose: bool


def surroundings(cwd: Path, config_path: Path | None) -> Surroundings:
    """What is found from here. Raises `ConfigError` without a configuration."""
    repository = git.discover(cwd)
    found = require_config(cwd, config_path, repository)
    return Surroundings(found, repository, open_journal(repository, Path(found.folder)))


def look(
    here: Surroundings,
    name: str | None,
    wish: Wish,
    *,
    parts: Parts | None = None,
    crashed: Callable[[Exception], str] = crash.log_hint,
) -> Verdict:
    """The verdict on one target, without secrets, with its drift; the journal does not get it yet.

    `parts` are told how it goes on; without them progress is shown. Raises `ConfigError` and
    `UsageError` before anything is asked.
    """
    production = open_production(here.found, name, *past_of(here.journal))
    for note in production.resolved.notes if wish.verbose and parts is None else ():
        click.echo(f"note: {REDACTOR.clean(note)}", err=True)
    commit = here.repository.head() if here.repository else None
    production, deployed = remembering(production, here.found)
    stages = build(production.wanted, production.seams, quick=wish.mode == "quick")
    asking = Asking(mode=wish.mode, wait=0.0, commit=commit)
    verdict = ask_stages(production, stages, asking, color=wish.color, crashed=crashed, parts=parts)
    if here.repository is None:
        return verdict
    return with_drift(verdict, here.repository, here.journal, here.found, deployed())


def look_and_keep(here: Surroundings, name: str | None, wish: Wish) -> Verdict:
    """As `look`; the journal gets the verdict where that is wished."""
    verdict = look(here, name, wish)
    if wish.keep:
        record_verify(here.journal, verdict, SystemClock())
    return verdict
