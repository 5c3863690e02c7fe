"""What the journal's runs add to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from safeguards.exitcodes import ExitCode
from safeguards.runs import INTERRUPTED, RUNNING, Run, Step

RESULTS: Mapping[int, str] = {
    ExitCode.OK: "ok",
    ExitCode.PLAN_CHANGED: "plan_changed",
    ExitCode.LOCK_HELD: "lock_held",
    ExitCode.FAILED_UNCHANGED: "failed_unchanged",
    ExitCode.FAILED_HALFWAY: "failed_halfway",
    ExitCode.BUILD_FAILED: "build_failed",
    ExitCode.ROLLED_BACK: "rolled_back",
    ExitCode.ROLLED_BACK_UNHEALTHY: "rolled_back_unhealthy",
}
"""How a sync can end, by its exit code."""

OTHER = "other"
"""Any other end."""

STATES: tuple[str, ...] = (RUNNING, INTERRUPTED, *RESULTS.values(), OTHER)


class Past(msgspec.Struct, frozen=True):
    """What is known of a production besides its last verdict; what is not known is None.

    `last_success` is ISO 8601, `synced` the commit that was synchronised last. `results` are the
    syncs that came to an end, counted by how.
    """

    last_success: str | None = None
    synced: str | None = None
    state: str | None = None
    steps: tuple[Step, ...] = ()
    results: Mapping[str, int] | None = None


def state_of(run: Run) -> str:
    """The state that a sync is in, or its end."""
    if run.finished_at is None:
        return INTERRUPTED if run.status == INTERRUPTED else RUNNING
    return RESULTS.get(run.exit_code if run.exit_code is not None else -1, OTHER)


def counted(runs: Iterable[Run]) -> Mapping[str, int]:
    """How many syncs ended how; a number for every end, so that the first one is an increase."""
    counts = dict.fromkeys((*RESULTS.values(), OTHER), 0)
    for run in runs:
        if run.finished_at is not None:
            counts[state_of(run)] += 1
    return counts
