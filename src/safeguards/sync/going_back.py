"""Back to the old version: only where the database still fits it, and verified afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeguards.checks import FAILED, StageName
from safeguards.errors import UnreachableError
from safeguards.runtimes.change import Version
from safeguards.sync.errors import HalfwayError, RolledBackError, StillIllError
from safeguards.sync.rolling import RollFailedError, replace

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.runs import Replacement
    from safeguards.sync.job import Job

OLD: tuple[StageName, ...] = ("containers", "api", "records")
"""What tells whether the old version is well: its database may be ahead of its migrations."""


def go_back(job: Job, why: str) -> SyncEnd:
    """Bring every replaced service back to its old version.

    Returns the error that the run ends with: `RolledBackError` when production is healthy again,
    `StillIllError` when not, `HalfwayError` when nothing was brought back.
    """
    work = job.record.work
    done = [each for each in work.replacements if each.service in work.replaced]
    refusal = _refusal(job, done)
    if refusal:
        return HalfwayError(
            f"{why}; the old version was not brought back: {refusal}", hint=_by_hand(job, done)
        )
    job.record.note(rolling_back=True)
    try:
        with job.record.step("rollback"):
            _replace_all(job, done)
    except (RollFailedError, UnreachableError) as error:
        return StillIllError(
            f"{why}; and the old version does not come back: {error}", hint=_by_hand(job, done)
        )
    return conclude(job, f"{why}; the old version is back")


def conclude(job: Job, why: str) -> SyncEnd:
    """The end of a run whose production is the old version, after it was looked at."""
    verdict = look_at_old(job)
    applied = job.record.work.applied
    left = f"; the revisions {', '.join(applied)} stay applied" if applied else ""
    if healthy(verdict):
        return RolledBackError(
            f"{why}, and production is healthy on it{left}",
            hint="correct what failed, commit and push again",
        )
    return StillIllError(
        f"{why}, and production is not healthy{left}: {what_is_ill(verdict)}",
        hint=f"safeguards verify --target {job.target}",
    )


def look_at_old(job: Job) -> Verdict:
    """Ask the old version how it is, and keep the answer in the run."""
    with job.record.step("verify"):
        verdict = job.seams.verify(job.settings.health_timeout, OLD)
        job.record.summarise("healthy" if healthy(verdict) else what_is_ill(verdict))
    job.record.finish(checks=verdict.checks)
    return verdict


def healthy(verdict: Verdict) -> bool:
    """Whether every stage that was looked at is well."""
    return verdict.status == "pass"


def what_is_ill(verdict: Verdict) -> str:
    """The first thing that each failed stage found."""
    found = []
    for check in verdict.checks:
        ill = [item for item in check.items if item.status in FAILED]
        if check.status in FAILED and ill:
            found.append(f"{check.name}: {ill[0].subject} {ill[0].message or ill[0].observed}")
    return "; ".join(found) or "a check failed"


def _refusal(job: Job, done: Sequence[Replacement]) -> str:
    """Why the old versions cannot be brought back; "" when they can."""
    work = job.record.work
    unknown = [each.service for each in done if not each.old]
    if unknown:
        return f"there is none of {', '.join(unknown)}"
    if not work.applied or work.additive:
        return ""
    names = frozenset(work.applied)
    if all(names <= frozenset(each.old_heads) for each in done):
        return ""
    return (
        f"it does not know the revisions {', '.join(work.applied)}, and not all of them leave"
        " what it uses"
    )


def _replace_all(job: Job, done: Sequence[Replacement]) -> None:
    changer = job.seams.changer
    assert changer is not None
    for each in reversed(done):
        replace(job, changer, each.service, Version(each.old, heads=each.old_heads))
    job.record.summarise(" ".join(each.service for each in reversed(done)))


def _by_hand(job: Job, done: Sequence[Replacement]) -> str:
    changer = job.seams.changer
    assert changer is not None
    commands = [changer.by_hand(each.service, Version(each.old)) for each in done if each.old]
    backup = job.record.work.backup
    keeper = job.seams.keeper
    if backup and keeper is not None:
        from pathlib import Path

        commands.append(f"{keeper.restore_by_hand(Path(backup))} (loses what came after)")
    forward = "either correct what failed, commit and push again"
    back = f", or go back by hand: {'; '.join(commands)}" if commands else ""
    return forward + back


SyncEnd = HalfwayError | RolledBackError | StillIllError
