"""Changes a production that commands start, stop and tell about.

A version is a release: a folder with the files of a commit in which the build command ran. The
link `current` says what production starts from; `running` says what it was started from, and
counts while the status command says that it runs.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import ConfigError, DeadlineError, NotInstalledError, RefusedError
from safeguards.runtimes.change import Deployed, Stamp, Tell, Version
from safeguards.runtimes.changing.command_place import CommandPlace, Recipe, Tools

if TYPE_CHECKING:
    from safeguards.system.process import Completed
    from safeguards.system.releases import Release

CURRENT, RUNNING, PREVIOUS = "current", "running", "previous"
KEPT = 3
"""Releases that stay besides those that a link leads to."""

BUILDING = 3600.0
STARTING = 60.0
STOPPING = 60.0
GONE = 10.0
"""Seconds between the end of the stop command and that of what it stops."""

PAUSE = 0.1
LAST_LINES = 20

RELEASE, COMMIT = "SAFEGUARDS_RELEASE", "SAFEGUARDS_COMMIT"
UNKNOWN = Version("")
"""What runs although we did not start it."""


class CommandChanger:
    """Brings releases into a production on this machine."""

    def __init__(self, recipe: Recipe, tools: Tools) -> None:
        self._recipe = recipe
        self._tools = tools
        self._releases = tools.releases

    def services(self) -> tuple[str, ...]:
        """The one name."""
        return (self._recipe.target,)

    def deployed(self, service: str) -> Deployed:
        """What `current` and `running` lead to; a version without an id was started by others."""
        current = self._releases.pointed(CURRENT)
        running: tuple[Version, ...] = ()
        if self._runs():
            started = self._releases.pointed(RUNNING)
            running = (UNKNOWN if started is None else _version(started),)
        return Deployed(service, CURRENT, None if current is None else _version(current), running)

    def find(self, service: str, commit: str) -> Version | None:
        """The newest complete release of this commit."""
        found = (each for each in self._releases.complete() if each.facts.commit == commit)
        return next(map(_version, found), None)

    def build(self, service: str, source: Path, stamp: Stamp, tell: Tell) -> Version:
        """Move the export to where it stays, and run the build command there."""
        with self._releases.made_of(source, stamp.commit) as draft:
            if self._recipe.build:
                env = self._environment(draft.folder, stamp.commit)
                held = (draft.claim, *self._tools.held())
                self._run_build(draft.folder / self._recipe.inside, env, held, tell)
            return _version(self._releases.finish(draft, stamp.commit, stamp.heads, stamp.previous))

    def workbench(
        self, service: str, version: Version, stamp: Stamp, *, seconds: float
    ) -> CommandPlace:
        """The release; what is run in it ends with us."""
        return self._place("workbench", version)

    def trial(self, service: str, version: Version, stamp: Stamp) -> CommandPlace | None:
        """The trial command in the release; None when there is none."""
        if not self._recipe.trial:
            return None
        port = self._tools.free_port(0)
        place = self._place("trial", version, port)
        place.begin(self._recipe.trial)
        return place

    def replace(self, service: str, version: Version, tell: Tell) -> None:
        """Stop what runs, and start production from the release; nothing when it runs from it."""
        self._require_commands()
        release = self._release(version)
        started = self._releases.pointed(RUNNING)
        self._releases.point(CURRENT, release.name)
        if started is not None and started.name == release.name and self._runs():
            return
        self._stop(tell)
        # Nothing runs now. Whatever does from here on was started from this release.
        self._releases.point(RUNNING, release.name)
        done = self._tools.launch(
            self._recipe.start,
            timeout=STARTING,
            cwd=self._recipe.folder,
            env=self._environment(release.folder, release.facts.commit),
            log=self._releases.folder / "start.log",
            held=self._tools.held(),
        )
        for line in done.text.splitlines():
            tell(line)
        if done.returncode != 0:
            raise _refused("start", self._recipe.start, done)

    def pin(self, service: str, version: Version) -> None:
        """Let the link `previous` lead to the release."""
        self._releases.point(PREVIOUS, self._release(version).name)

    def pinned(self, service: str) -> Version | None:
        """What the link `previous` leads to."""
        previous = self._releases.pointed(PREVIOUS)
        return None if previous is None else _version(previous)

    def sweep(self) -> tuple[str, ...]:
        """Remove releases that were cut off while they were made, and old ones; their names.

        Places need none: they end with whoever made them.
        """
        links = map(self._releases.pointed, (CURRENT, RUNNING, PREVIOUS))
        return self._releases.tidy({each.name for each in links if each is not None}, KEPT)

    def by_hand(self, service: str, version: Version) -> str:
        """What `replace` does, for a shell."""
        self._require_commands()
        release = self._release(version)
        own, quote = self._recipe, shlex.quote
        facts = f"{RELEASE}={quote(str(release.folder))} {COMMIT}={release.facts.commit}"
        links = [f"ln -sfn {release.name} {link}" for link in (CURRENT, RUNNING)]
        return "\n".join(
            (
                f"cd {quote(str(own.folder))}",
                shlex.join(own.stop),
                f"(cd {quote(str(self._releases.folder))} && {' && '.join(links)})",
                f"{facts} {shlex.join(own.start)}",
            )
        )

    def _run_build(
        self, folder: Path, env: Mapping[str, str], held: Sequence[int], tell: Tell
    ) -> None:
        argv = self._recipe.build
        try:
            done = self._tools.leashed(
                argv, timeout=BUILDING, cwd=folder, env=env, tell=tell, held=held
            )
        except (NotInstalledError, DeadlineError) as error:
            raise RefusedError(f"the build failed: {error.message}", hint=error.hint) from error
        if done.returncode != 0:
            raise _refused("build", argv, done)

    def _place(self, role: str, version: Version, port: int = 0) -> CommandPlace:
        release = self._release(version)
        env = self._environment(release.folder, release.facts.commit)
        if port:
            env |= {"PORT": str(port), "SAFEGUARDS_TRIAL": "1"}
        name = f"{self._recipe.target} {role} {release.name}"
        return CommandPlace(name, self._tools, release.folder / self._recipe.inside, env, port)

    def _stop(self, tell: Tell) -> None:
        """Run the stop command, and see that nothing runs.

        Also where nothing seems to run: half of it may.
        """
        argv = self._recipe.stop
        done = self._tools.leashed(
            argv,
            timeout=STOPPING,
            cwd=self._recipe.folder,
            env=self._tools.environ,
            tell=tell,
            held=self._tools.held(),
        )
        deadline = self._tools.clock.monotonic() + (GONE if done.returncode == 0 else 0)
        while self._runs():
            if self._tools.clock.monotonic() > deadline:
                raise _refused("stop", argv, done, "production still runs")
            self._tools.clock.sleep(PAUSE)
        if done.returncode != 0:
            tell(f"{shlex.join(argv)} ended with {done.returncode}; nothing runs any more")

    def _runs(self) -> bool:
        own = self._recipe
        done = self._tools.run(
            own.status, timeout=own.timeout, cwd=own.folder, env=self._tools.environ
        )
        return done.returncode == 0

    def _environment(self, folder: Path, commit: str) -> dict[str, str]:
        return {**self._tools.environ, RELEASE: str(folder), COMMIT: commit}

    def _release(self, version: Version) -> Release:
        found = self._releases.get(version.id)
        if found is None:
            raise RefusedError(
                f"there is no release {version.id or 'of what was started by hand'}",
                hint=f"see {self._releases.folder}",
            )
        return found

    def _require_commands(self) -> None:
        for key, argv in (("start", self._recipe.start), ("stop", self._recipe.stop)):
            if not argv:
                raise ConfigError(
                    f"targets.{self._recipe.target}.command.{key}: missing; without it production"
                    " cannot be replaced",
                    hint=f'add {key} = ["program", …] to the table',
                )


def _version(release: Release) -> Version:
    facts = release.facts
    return Version(release.name, facts.commit, facts.heads, facts.previous)


def _refused(key: str, argv: Sequence[str], done: Completed, why: str = "") -> RefusedError:
    lines = (done.text + done.error_text).rstrip().splitlines()[-LAST_LINES:]
    said = (("it printed", "\n".join(lines)),) if lines else ()
    reason = why or f"exit code {done.returncode}"
    return RefusedError(f"command.{key} failed: {shlex.join(argv)}: {reason}", context=said)
