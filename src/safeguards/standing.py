"""How things stand between this repository and its production: the document of `status`."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Action, Drift
from safeguards.runs import Run

State = Literal["pushing", "working", "cut off", "unknown"]


class Underway(msgspec.Struct, frozen=True):
    """A push, or a run of its own, that has not come to its end.

    `pushing`: git, or the wait for its end, still goes on. `working`: somebody works on it, at
    `step`. `cut off`: it was accepted, and who worked on it was killed at `step`. `unknown`:
    nobody can tell yet whether the remote took it. `record` is its file, "" without one, and
    `command` goes on with it.
    """

    id: str
    at: str
    state: State
    remote: str
    refs: tuple[str, ...]
    commit: str | None = None
    target: str = ""
    step: str = ""
    record: str = ""
    log: str = ""
    command: str = ""


class Standing(msgspec.Struct, frozen=True):
    """The document of `status --format json`, version 1; its fields are only ever added.

    `exit_code` is 1 when something drifted, was cut off or is unknown, or when `problems` say
    what could not be looked at. `last_sync` is the last run that was to change production.
    `notes` are for people: what was asked of whom.
    """

    version: int
    exit_code: int
    target: str | None
    last_run: Run | None
    last_sync: Run | None
    underway: tuple[Underway, ...]
    missing_hooks: tuple[str, ...]
    drift: Drift | None
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    next_actions: tuple[Action, ...]


STUCK: frozenset[State] = frozenset({"cut off", "unknown"})
"""What nobody goes on with by themselves."""
