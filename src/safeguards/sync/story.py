"""What the run that is to be gone on with left; a run that never had the locks left nothing.

The journal of a clone tells it. That a run waits, or was refused the locks, says nothing about
production, and hides nothing that another one left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from safeguards.exitcodes import ExitCode
from safeguards.runs import Run, Work

if TYPE_CHECKING:
    from safeguards.sync.job import Job

SETTLED = frozenset(
    {
        ExitCode.OK,
        ExitCode.ROLLED_BACK,
        ExitCode.FAILED_UNCHANGED,
        ExitCode.BUILD_FAILED,
    }
)
"""Exit codes of runs after which nothing is left to be done or known."""

Earlier = Callable[[], Work]
"""What an earlier run left, as it is known now; `Work()` when nothing."""


def is_open(run: Run) -> bool:
    """Whether a run did not come to an end that one can leave."""
    return run.finished_at is None or run.exit_code not in SETTLED


def left_undone(runs: Sequence[Run]) -> Run | None:
    """Of the syncs of a target, newest first, the last one that had the locks, if it is open."""
    held = [run for run in runs if run.work is not None and run.work.taken]
    last = max(held, key=lambda run: run.work.taken if run.work else "", default=None)
    return last if last is not None and is_open(last) else None


def to_go_on_with(runs: Sequence[Run]) -> Run | None:
    """The run that a person means who says to go on, or to give up: what was left undone, or else
    the newest when it never came to an end.
    """
    undone = left_undone(runs)
    newest = next(iter(runs), None)
    return newest if undone is None and newest is not None and is_open(newest) else undone


def touched(work: Work) -> bool:
    """Whether production was changed, or may have been."""
    return bool(work.applied or work.migrating or work.replaced or work.rolling_back)


def take_over(job: Job, earlier: Work, taken: str) -> None:
    """Write down that the locks are ours, and what is still true of an earlier run's work."""
    services = frozenset(job.seams.changer.services() if job.seams.changer else ())
    there = tuple(each for each in earlier.replacements if each.service in services)
    carried: Mapping[str, object] = {
        "commit": earlier.commit,
        "replacements": there,
        "replaced": tuple(name for name in earlier.replaced if name in services),
        "migrating": earlier.migrating,
        "catalog": earlier.catalog,
        "applied": earlier.applied,
        "backup": earlier.backup,
        "counts": earlier.counts,
        "additive": earlier.additive,
        "rolling_back": earlier.rolling_back,
    }
    job.record.note(taken=taken, **carried)
