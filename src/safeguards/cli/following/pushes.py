"""Wires what follows a push: records, workers in the background, and how they see the world."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from safeguards.cli.journal import now
from safeguards.cli.redact import REDACTOR
from safeguards.errors import UnreachableError
from safeguards.push.pending import Pending, Process, decode
from safeguards.push.urls import same_place
from safeguards.system import arming, environment, git, processes
from safeguards.system.clock import SystemClock
from safeguards.system.process import Detached
from safeguards.system.remotes import RemoteSight, remote_urls
from safeguards.system.spool import Spool, waiting
from safeguards.system.work_places import work_places

LINGERING = 60.0
"""Seconds that what carried a push may go on after git has ended: the remote may still take it."""

UNTIL_QUIET = 20.0
"""Seconds that the armed hook may wait for a moment in which no git runs here."""

PAUSE = 0.1
"""Seconds between two looks at another push."""

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:
    from safeguards.push.deploy import Deploy
    from safeguards.system.git import Repository


def spool_of(repository: Repository) -> Spool:
    """The records of a repository, shared by all its work trees."""
    return Spool(repository.common_dir / "safeguards")


def places(function: F) -> F:
    """`--in TOP GIT_DIR`: which repository a stage works in."""
    path = click.Path(path_type=Path)
    return click.option("--in", "places", type=(path, path), required=True)(function)


def start(
    repository: Repository,
    stage: str,
    record_id: str,
    *options: str,
    logged: bool,
    held: Sequence[int] = (),
) -> Detached:
    """Start a stage on a record in the background, out of reach of this terminal's signals.

    It has the handles `held` open until it ends. Raises `UnreachableError` when its log cannot be
    written.
    """
    spool = spool_of(repository)
    log = spool.new_log(record_id) if logged else None
    places = (str(repository.top or repository.git_dir), str(repository.git_dir))
    argv = (sys.executable, "-m", "safeguards", "hook", stage, record_id, "--in", *places, *options)
    environ = git.without_git(environment.variables())
    return Detached(argv, cwd=spool.folder, env=environ, log=log, held=held)


def is_cut_off(spool: Spool, pending: Pending, *, taken: bool) -> bool:
    """Whether nobody works on a record any more, nor will: its processes were killed."""
    if spool.is_locked(pending.id):
        return False
    if taken:
        return True
    waited_for = spool.is_locked(waiting(pending.id))
    return not waited_for and not any(
        processes.is_alive(each.pid, each.started) for each in pending.pushing
    )


def cut_off(spool: Spool) -> tuple[Pending, ...]:
    """The records whose work was cut off, oldest first."""
    found: list[Pending] = []
    for taken, records in ((True, spool.claimed()), (False, spool.pending())):
        for _, content in records:
            pending = decode(content)
            if pending is not None and is_cut_off(spool, pending, taken=taken):
                found.append(pending)
    return tuple(sorted(found, key=lambda each: each.id))


def resume(repository: Repository) -> None:
    """Go on, in the background, with what earlier pushes left undone when they were killed."""
    for pending in cut_off(spool_of(repository)):
        click.echo(f"safeguards: going on with the push of {pending.at}", err=True)
        start(repository, "worker", pending.id, logged=True)


def is_waiting(spool: Spool, record_id: str) -> bool:
    """Whether the record of a push is there, taken or not."""
    return any(name == record_id for name, _ in (*spool.pending(), *spool.claimed()))


def disarm(repository: Repository, patience: float) -> None:
    """Take the armed hook away unless another push still waits for it.

    A git that is about to run it would fail without it, so this is done between two gits; if
    there is no such moment within `patience` seconds, the hook stays for a later command.
    """
    spool, clock = spool_of(repository), SystemClock()
    deadline = clock.monotonic() + patience
    while not spool.pending():
        if arming.disarm(repository, partial(processes.is_quiet, work_places(repository))):
            if spool.pending():
                arming.arm(repository)  # that push came between, and found the hook in place
            return
        if clock.monotonic() >= deadline:
            return
        pause()


def pause() -> None:
    """Wait a moment."""
    SystemClock().sleep(PAUSE)


def ended(process: Process, timeout: float) -> bool:
    """Wait until a process has ended, at most `timeout` seconds."""
    return processes.wait_for_end(process.pid, process.started, timeout=timeout)


class Around:
    """The world as a worker of this repository sees it."""

    def __init__(
        self, repository: Repository, deploying: Callable[[Pending], tuple[Deploy, str]]
    ) -> None:
        self._repository = repository
        self._deploying = deploying

    def sight(self, pending: Pending) -> RemoteSight:
        """The remote at the URL of the push, with the credentials that the clone knows for it."""
        base = str(self._repository.top or self._repository.git_dir)
        for url in remote_urls(self._repository, pending.remote):
            if same_place(url, pending.url, base):
                REDACTOR.learn(url)
                return RemoteSight(self._repository, url)
        raise UnreachableError(
            f"the remote {pending.remote} is not at {pending.url} any more",
            hint="see: git remote -v",
        )

    def settle(self, pending: Pending) -> None:
        """Wait until nothing carries the push to its remote any more, at most LINGERING seconds."""
        for process in pending.carrying:
            ended(process, LINGERING)

    def is_alive(self, record_id: str) -> bool:
        """Whether somebody will still tell how the push of a record ended."""
        spool = spool_of(self._repository)
        for taken, records in ((False, spool.pending()), (True, spool.claimed())):
            pending = decode(dict(records).get(record_id, b""))
            if pending is not None:
                return not is_cut_off(spool, pending, taken=taken)
        return False

    def pause(self) -> None:
        """Wait a moment."""
        pause()

    def deploy(self, pending: Pending) -> tuple[Deploy, str]:
        """What brings the push's production to a commit."""
        return self._deploying(pending)

    def now(self) -> str:
        """The time in ISO 8601."""
        return now()

    def say(self, line: str) -> None:
        """Write to the log of the record, which is standard output."""
        click.echo(f"safeguards: {REDACTOR.clean(line)}")

    def crashed(self, error: Exception) -> str:
        """Keep a log of a bug."""
        from safeguards.cli.crash import log_hint

        return log_hint(error)
