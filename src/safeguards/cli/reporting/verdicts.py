"""The verdict that a report shows: asked of production now, or the last one in the journal."""

from __future__ import annotations

from pathlib import Path

import msgspec

from safeguards.checks import Verdict
from safeguards.cli.configuration import find_config
from safeguards.cli.looking import Wish, look_and_keep, surroundings
from safeguards.cli.past import journal_here
from safeguards.cli.recalled import latest, verdict_of
from safeguards.cli.standings.drift import with_drift
from safeguards.config.choose import pick_target
from safeguards.errors import UnreachableError
from safeguards.system import git


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
    wish = Wish("quick" if asked.quick else "full", asked.keep, asked.color, asked.verbose)
    verdict = look_and_keep(surroundings(asked.cwd, asked.config), asked.target, wish)
    return Told(verdict.target, verdict)


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
        last = latest(journal, name)
    except UnreachableError:  # the history of the same report says so
        last = None
    if last is None:
        return Told(name or "production", None)
    verdict = verdict_of(last)
    if repository is not None and found is not None and verdict.target in found.config.targets:
        verdict = with_drift(verdict, repository, journal, found)
    return Told(last.target, verdict)
