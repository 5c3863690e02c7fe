"""The verdict that a report shows: asked of production now, or the last one in the journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.checks import Mode, Verdict, exit_code, next_actions
from safeguards.cli.configuration import find_config, require_config
from safeguards.cli.health import ask_production
from safeguards.cli.journal import open_journal, past_of, record_verify
from safeguards.cli.past import journal_here
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.deployed import remembering
from safeguards.cli.standings.drift import with_drift
from safeguards.config.choose import pick_target
from safeguards.errors import UnreachableError
from safeguards.system import git

if TYPE_CHECKING:
    from safeguards.runs import Run

SEARCHED = 50
"""Runs that are looked through for the last one that checked anything."""


class Asked(msgspec.Struct, frozen=True):
    """What the command line says about the verdict."""

    cwd: Path
    config: Path | None
    target: str | None
    quick: bool = False
    keep: bool = True
    color: bool = True
    verbose: bool = False


class Told(msgspec.Struct, frozen=True):
    """The production, and its verdict; None where it was never checked."""

    target: str
    verdict: Verdict | None


def ask(asked: Asked) -> Told:
    """Ask production and keep the answer as `verify` does; raises what that raises."""
    repository = git.discover(asked.cwd)
    found = require_config(asked.cwd, asked.config, repository)
    journal = open_journal(repository, Path(found.folder))
    production = open_production(found, asked.target, *past_of(journal))
    for note in production.resolved.notes if asked.verbose else ():
        click.echo(f"note: {REDACTOR.clean(note)}", err=True)
    production, deployed = remembering(production, found)
    mode: Mode = "quick" if asked.quick else "full"
    commit = repository.head() if repository else None
    verdict = ask_production(production, mode, wait=0, commit=commit, color=asked.color)
    if repository is not None:
        verdict = with_drift(verdict, repository, journal, found, deployed())
    if asked.keep:
        record_verify(journal, verdict, production.seams.clock)
    return Told(production.name, verdict)


def recall(asked: Asked) -> Told:
    """The last verdict that the journal has, without asking anybody.

    Raises `ConfigError` and `UsageError` as the configuration does; it does without one, and
    without a journal.
    """
    repository = git.discover(asked.cwd)
    found = find_config(asked.cwd, asked.config, repository)
    configured = found is not None and bool(found.config.targets)
    name = pick_target(found.config, asked.target)[0] if found and configured else asked.target
    journal = journal_here(asked.cwd, asked.config, repository)
    try:
        runs = journal.runs(SEARCHED, target=name)
    except UnreachableError:  # the history of the same report says so
        runs = ()
    last = next((run for run in runs if run.checks and run.finished_at), None)
    if last is None:
        return Told(name or "production", None)
    verdict = _verdict_of(last)
    if repository is not None and found is not None and verdict.target in found.config.targets:
        verdict = with_drift(verdict, repository, journal, found)
    return Told(last.target, verdict)


def _verdict_of(run: Run) -> Verdict:
    """The verdict that a run came to: of a sync, that of the verify at its end."""
    code = exit_code(run.checks)
    quick = any(check.name == "api" and check.summary == "quick" for check in run.checks)
    return Verdict(
        version=1,
        target=run.target,
        status="fail" if code else "pass",
        exit_code=int(code),
        mode="quick" if quick else "full",
        started_at=run.started_at,
        duration_ms=max((check.duration_ms for check in run.checks), default=0),
        commit=run.commit,
        checks=run.checks,
        next_actions=next_actions(run.checks),
    )
