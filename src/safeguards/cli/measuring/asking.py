"""Gets the numbers of productions: by asking them now, or out of the journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.journal import warn
from safeguards.cli.looking import Surroundings, Wish, look_and_keep, surroundings
from safeguards.cli.measuring.past import told_of
from safeguards.cli.recalled import latest, verdict_of
from safeguards.cli.redact import REDACTOR
from safeguards.config.choose import pick_target
from safeguards.errors import UnreachableError
from safeguards.metrics.past import Past
from safeguards.metrics.samples import Report

if TYPE_CHECKING:
    from safeguards.checks import Verdict

ALL = "all"
"""The name that means every target."""


class Setting(Surroundings, frozen=True):
    """Where metrics are asked for, and of which productions; paths are relative to `cwd`."""

    cwd: Path
    targets: tuple[str, ...]


def setting(cwd: Path, config_path: Path | None, target_name: str | None) -> Setting:
    """The surroundings of a call. Raises `ConfigError` and `UsageError`; nothing is asked yet."""
    here = surroundings(cwd, config_path)
    config = here.found.config
    if target_name == ALL and config.targets:
        names = tuple(config.targets)
    else:
        names = (pick_target(config, None if target_name == ALL else target_name)[0],)
    return Setting(here.found, here.repository, here.journal, cwd, names)


def ask_all(here: Setting, wish: Wish) -> tuple[Report, ...]:
    """Every production's numbers as they are now, recorded as `verify` does.

    Raises `ConfigError` when any of them cannot be asked, before that one is.
    """
    verdicts = (look_and_keep(here, name, wish) for name in here.targets)
    return tuple(Report(verdict, past(here, verdict)) for verdict in verdicts)


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
        return told_of(here.repository, here.journal, verdict)
    except UnreachableError as error:
        warn(error)
        return Past()
