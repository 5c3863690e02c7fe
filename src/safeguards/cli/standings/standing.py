"""Gathers how things stand: the last run, what is underway, hooks, drift, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Drift
from safeguards.cli.configuration import known_config
from safeguards.cli.following.pushes import spool_of
from safeguards.cli.live import Progress
from safeguards.cli.past import VERSION, journal_here, seen
from safeguards.cli.standings import underway
from safeguards.cli.standings.deployed import asked_production
from safeguards.cli.standings.drift import Watched, asked_drift, watched
from safeguards.config.choose import pick_target
from safeguards.config.schema import Push
from safeguards.errors import UnreachableError
from safeguards.exitcodes import ExitCode
from safeguards.journal.drift import next_action
from safeguards.report.printable import printable
from safeguards.runs import RUNNING, Run
from safeguards.standing import STUCK, Standing, Underway
from safeguards.system import environment, git
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.config.targets import Target
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

RECENT = 50
"""Runs among which the last one that ended is looked for."""


class Asked(msgspec.Struct, frozen=True):
    """What `status` was called with. `missing_hooks` tells which hooks are gone."""

    cwd: Path
    config: Path | None = None
    target: str | None = None
    offline: bool = False
    missing_hooks: Callable[[Repository], tuple[object, ...]] = lambda _repository: ()


def gather(asked: Asked) -> Standing:
    """How things stand. Raises `ConfigError` and `UsageError` as the configuration does.

    What cannot be read or reached is said, and raises nothing.
    """
    repository = git.discover(asked.cwd)
    found = known_config(asked.cwd, asked.config, repository)
    target = pick_target(found.config, asked.target) if found and found.config.targets else None
    name = target[0] if target else asked.target
    journal = journal_here(asked.cwd, asked.config, repository)
    sight = Seen()
    sight.attempt(lambda: sight.look_back(journal, repository, name))
    if repository is None:
        return sight.standing(name)
    place = repository
    sight.attempt(lambda: sight.look_at_hooks(tuple(map(str, asked.missing_hooks(place)))))
    busy = sight.look_around(journal, place, name)
    deployed = _deployed(found, name) if found and name and not asked.offline else None
    watch = _watched(place, journal, found, target, busy, deployed)
    sight.attempt(lambda: sight.look_away(watch, offline=asked.offline))
    return sight.standing(name)


def _deployed(found: Found, target: str) -> str | None:
    """The commit that production tells; one that is slow to answer is told on stderr."""
    with Progress(printable(f"asking {target}"), (), terminal=environment.stderr_is_terminal()):
        return asked_production(found, target)


class Seen:
    """What was seen until now, and what was in the way."""

    def __init__(self) -> None:
        self.last_run: Run | None = None
        self.last_sync: Run | None = None
        self.underway: tuple[Underway, ...] = ()
        self.hooks: tuple[str, ...] = ()
        self.drift: Drift | None = None
        self.problems: list[str] = []
        self.notes: list[str] = []

    def attempt(self, look: Callable[[], None]) -> None:
        """Look; what cannot be read or reached is a problem, told once."""
        try:
            look()
        except UnreachableError as error:
            hint = f" (hint: {error.hint})" if error.hint else ""
            if error.message + hint not in self.problems:
                self.problems.append(error.message + hint)

    def look_back(
        self, journal: Journal, repository: Repository | None, target: str | None
    ) -> None:
        """The newest runs that are not going on; one that was cut off is told as such."""
        runs = (seen(repository, run) for run in journal.runs(RECENT, target=target))
        self.last_run = next((run for run in runs if run.status != RUNNING), None)
        syncs = (seen(repository, run) for run in journal.syncs(RECENT, target=target))
        self.last_sync = next((run for run in syncs if run.status != RUNNING), None)

    def look_at_hooks(self, missing: tuple[str, ...]) -> None:
        """The hooks that are gone."""
        self.hooks = missing

    def look_away(self, watch: Watched, *, offline: bool) -> None:
        """The remote, or what is known of it; one that is slow to answer is told on stderr."""
        title = printable(f"asking {watch.push.remote} for {watch.branch}")
        with Progress(title, (), terminal=environment.stderr_is_terminal()):
            self.drift, note = asked_drift(watch, offline=offline)
        self.notes += [note] if note else []

    def look_around(
        self, journal: Journal, repository: Repository, target: str | None
    ) -> frozenset[str]:
        """What is underway; the commits that somebody works on."""
        found = underway.Found(spool_of(repository), journal, SystemClock().sleep)
        self.problems += [
            f"the record {record} of a push was written by another version of safeguards"
            for record in found.unreadable
        ]
        self.underway = tuple(
            each for each in found.underway if target is None or each.target in {"", target}
        )
        return found.commits

    def standing(self, target: str | None) -> Standing:
        """All of it, with what to do next."""
        stuck = any(each.state in STUCK for each in self.underway)
        drifted = self.drift is not None and self.drift.status == "drift"
        attention = stuck or drifted or bool(self.problems)
        return Standing(
            version=VERSION,
            exit_code=int(ExitCode.FINDINGS if attention else ExitCode.OK),
            target=target,
            last_run=self.last_run,
            last_sync=self.last_sync,
            underway=self.underway,
            missing_hooks=self.hooks,
            drift=self.drift,
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            next_actions=tuple(_next(self.underway, self.hooks, self.drift)),
        )


def _watched(
    repository: Repository,
    journal: Journal,
    found: Found | None,
    target: tuple[str, Target] | None,
    busy: frozenset[str],
    deployed: str | None,
) -> Watched:
    if found is None or target is None:
        push = found.config.push if found else Push()
        return Watched(repository, journal, push, underway=busy)
    return watched(repository, journal, found, target, busy, deployed)


def _next(
    going: tuple[Underway, ...], hooks: tuple[str, ...], drift: Drift | None
) -> Iterator[Action]:
    commands = dict.fromkeys(each.command for each in going if each.command)
    for command in commands:
        yield Action(command, "goes on with what was cut off", safe=False)
    if hooks:
        yield Action("safeguards install", "puts the missing hooks back", safe=False)
    advice = next_action(drift) if drift else None
    if advice is not None:
        yield advice
