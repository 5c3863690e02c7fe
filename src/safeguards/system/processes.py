"""Other processes of this machine: which git called us, and when it has ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

PROC = Path("/proc")
ANCESTORS = 32
"""Processes between us and git at most."""

POLL = 0.05
"""Seconds between two looks where the system cannot tell us when a process ends."""


class Running(msgspec.Struct, frozen=True):
    """A process by its number and the moment it started, so that no later one is taken for it."""

    pid: int
    started: str
    name: str = ""


def me() -> Running | None:
    """This process; None where the system does not tell."""
    return _look(os.getpid())


def calling_git() -> Running | None:
    """The nearest git above this process; None without one, or where the system does not tell."""
    current = _parent(os.getpid())
    for _ in range(ANCESTORS):
        found = _look(current) if current > 1 else None
        if found is None:
            return None
        if found.name == "git" or found.name.startswith("git-"):
            return found
        current = _parent(current)
    return None


def is_below(pid: int) -> bool:
    """Whether a process of this number is above this one; True where the system does not tell."""
    return me() is None or pid in _above()


def is_quiet(folders: Iterable[Path]) -> bool:
    """Whether no git works in or below these folders; True where the system does not tell.

    A git that is started after this has looked at all processes needs longer to its first hook
    than the caller to its next step.
    """
    inside = tuple(f"{folder}{os.sep}" for folder in folders)
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name = (folder / "comm").read_bytes().rstrip(b"\n")
            if name != b"git" and not name.startswith(b"git-"):
                continue
            if f"{(folder / 'cwd').readlink()}{os.sep}".startswith(inside):
                return False
    return True


def carriers(process: Running) -> tuple[Running, ...]:
    """The children of a process that this one is not below."""
    above = _above()
    found = []
    for folder in PROC.glob("[0-9]*"):
        pid = int(folder.name)
        if pid not in above and _parent(pid) == process.pid and (child := _look(pid)):
            found.append(child)
    return tuple(found)


def arguments(process: Running) -> tuple[str, ...]:
    """The command line of a process; empty when it has ended."""
    try:
        raw = (PROC / str(process.pid) / "cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(os.fsdecode(part) for part in raw.split(b"\0")[:-1])


def is_alive(pid: int, started: str) -> bool:
    """Whether this very process still runs; one that has ended and is not reaped does not."""
    found = _look(pid)
    return found is not None and found.started == started


def wait_for_end(pid: int, started: str, *, timeout: float) -> bool:
    """Return when the process has ended, or after `timeout` seconds; whether it has ended."""
    deadline = time.monotonic() + timeout
    with contextlib.suppress(OSError, AttributeError):
        handle = os.pidfd_open(pid)
        try:
            while is_alive(pid, started) and time.monotonic() < deadline:
                select.select([handle], [], [], max(deadline - time.monotonic(), 0))
        finally:
            os.close(handle)
        return not is_alive(pid, started)
    while is_alive(pid, started) and time.monotonic() < deadline:
        time.sleep(POLL)
    return not is_alive(pid, started)


def _look(pid: int) -> Running | None:
    fields = _stat(pid)
    if fields is None or fields[1] in {"Z", "X"}:
        return None
    return Running(pid, fields[20], fields[0])


def _above() -> tuple[int, ...]:
    """The processes above this one and itself, from the nearest on."""
    found = [os.getpid()]
    while len(found) <= ANCESTORS and (parent := _parent(found[-1])):
        found.append(parent)
    return tuple(found)


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[2]) if fields else 0


def _stat(pid: int) -> list[str] | None:
    """The process's name, then the fields after it; the name may hold spaces and parentheses."""
    try:
        raw = (PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    head, _, tail = raw.rpartition(b")")
    name = head.partition(b"(")[2]
    return [os.fsdecode(name), *tail.decode("ascii", "replace").split()]


def end_all(line: str, *, patience: float = 10.0) -> None:
    """End every process that has this line in its environment, until there is none.

    Harmless where the system does not tell.
    """
    deadline = time.monotonic() + patience
    while (found := _having(os.fsencode(line))) and time.monotonic() < deadline:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(POLL)


def _having(line: bytes) -> list[int]:
    found = []
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if line in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return [pid for pid in found if pid != os.getpid()]
