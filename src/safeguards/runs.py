"""Runs and pushes as values: workers make them, the journal keeps them, `report/` renders them.

Their fields are the form of the journal and of `history --format json`, version 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from safeguards.checks import Check
from safeguards.pushed import GateOutcome, PushedRef

Kind = Literal["sync", "verify"]
Trigger = Literal["push", "receive", "manual", "resume"]
Outcome = Literal["accepted", "rejected", "unknown"]

RUNNING = "running"
INTERRUPTED = "interrupted"
"""Never in the journal: what a run that is `running` there is when nobody works on it any more."""


class Step(msgspec.Struct, frozen=True):
    """One step of a run."""

    name: str
    status: str
    duration_ms: int = 0


class Replacement(msgspec.Struct, frozen=True):
    """A service that is brought from one version to another; `old` is "" where there was none."""

    service: str
    old: str
    new: str
    old_heads: tuple[str, ...] = ()


class Work(msgspec.Struct, frozen=True):
    """What a sync did to production, and what whoever goes on with it has to know.

    `digest` is that of its plan. `applied` are the revisions that it applied, `migrating` is the
    one that was begun and is not known to have ended; `catalog` is what the schema was before it.
    `replacements` are written before the first service is touched, `replaced` are those done.
    `restore` is the command with which a person restores the `backup`.
    `counts` are the rows before. `additive` tells whether the old code goes on working.
    `unanswered_ms` is for how long the API did not answer while services were replaced.

    `taken` is when it had the locks; until then it knows of nothing that an earlier run left.
    `commit` is what production was being brought to, which an earlier run may have begun.
    """

    digest: str = ""
    deployed: str | None = None
    before: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    migrating: str = ""
    catalog: str = ""
    backup: str = ""
    replacements: tuple[Replacement, ...] = ()
    replaced: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}
    additive: bool = False
    rolling_back: bool = False
    unanswered_ms: int | None = None
    taken: str = ""
    commit: str = ""
    restore: str = ""


class Run(msgspec.Struct, frozen=True):
    """One run; `finished_at`, `exit_code` are None while it lasts. Times are ISO 8601 in UTC.

    `message` says what came of a sync, and what is left for a person to do.
    """

    id: str
    kind: Kind
    trigger: Trigger
    target: str
    started_at: str
    status: str
    commit: str | None = None
    finished_at: str | None = None
    exit_code: int | None = None
    steps: tuple[Step, ...] = ()
    checks: tuple[Check, ...] = ()
    message: str = ""
    work: Work | None = None


class Push(msgspec.Struct, frozen=True):
    """One push that passed or failed the gate; `run` is the run that it led to.

    `url` is without credentials. `skipped` says what was not checked, each with its reason;
    `repair` is the reason why ill health did not block.
    """

    id: str
    at: str
    remote: str
    refs: tuple[PushedRef, ...]
    gate: GateOutcome
    outcome: Outcome = "unknown"
    run: str | None = None
    url: str = ""
    skipped: tuple[str, ...] = ()
    repair: str = ""


class Identity(msgspec.Struct, frozen=True):
    """Which database this is: the server's own identifier, and the database's name in it."""

    server: str
    name: str

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.name} on server {self.server}"


class Told(msgspec.Struct, frozen=True):
    """What a webhook was told last of a target, as the marker that `notify` reads."""

    marker: str


class History(msgspec.Struct, frozen=True):
    """What the journal holds, newest first: the document of `history --format json`."""

    version: int
    runs: tuple[Run, ...]
    pushes: tuple[Push, ...]


def as_seen(run: Run, *, alive: bool) -> Run:
    """The run as it is told: one that never ended and that nobody works on was interrupted."""
    if run.finished_at is not None or alive:
        return run
    steps = tuple(
        msgspec.structs.replace(step, status=INTERRUPTED) if step.status == RUNNING else step
        for step in run.steps
    )
    return msgspec.structs.replace(run, status=INTERRUPTED, steps=steps)


def current_step(run: Run | None) -> str:
    """The step that a run is at, or was at when it was cut off; "" when it tells none."""
    steps = run.steps if run else ()
    return next((step.name for step in steps if step.status in {RUNNING, INTERRUPTED}), "")
