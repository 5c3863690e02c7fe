"""Back to the old version: only where the database still fits it, and verified afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.checks import FAILED, StageName
from safeguards.errors import UnreachableError
from safeguards.runtimes.change import Version
from safeguards.sync import fitting
from safeguards.sync.counting import count, fell
from safeguards.sync.errors import HalfwayError, RolledBackError, StillIllError
from safeguards.sync.rolling import NotReplacedError, RollFailedError, replace

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.runs import Replacement, Work
    from safeguards.runtimes.change import Changer
    from safeguards.sync.job import Job

OLD: tuple[StageName, ...] = ("containers", "api", "records")
"""What tells whether the old version is well: its database may be ahead of its migrations."""

RESUME = "safeguards sync --resume"

UNREHEARSED = "allow-downgrade changes nothing here: no downgrade was rehearsed"


def go_back(job: Job, why: str) -> SyncEnd:
    """Bring every replaced service back to its old version.

    Returns the error that the run ends with: `RolledBackError` when production is healthy again,
    `StillIllError` when not, `HalfwayError` when not everything was brought back. A service that
    had no version before stays as it is.
    """
    work = job.record.work
    done = [each for each in work.replacements if each.service in work.replaced]
    refusal = refuse(job, done, work)
    if refusal:
        return HalfwayError(
            f"{why}; the old version was not brought back: {refusal}", hint=_by_hand(job, done)
        )
    had = [each for each in done if each.old]
    try:
        job.guard()
        job.record.note(rolling_back=True)
        with job.record.step("rollback"):
            _replace_all(job, had)
    except UnreachableError as error:
        return HalfwayError(
            f"{why}; the old version was not brought back: {error.message}",
            hint=f"when it answers again: {RESUME}",
        )
    except NotReplacedError as error:
        return HalfwayError(
            f"{why}; the old version was not brought back: {error}",
            hint=f"{RESUME} tries again; {_by_hand(job, done)}",
        )
    except RollFailedError as error:
        return StillIllError(
            f"{why}; the old version is back, and does not run: {error}", hint=_by_hand(job, done)
        )
    return conclude(job, f"{why}; {_what_is_back(done)}")


def conclude(job: Job, why: str) -> SyncEnd:
    """The end of a run whose production is the old version, after it was looked at."""
    verdict = look_at_old(job)
    work = job.record.work
    left = f"; the revisions {', '.join(work.applied)} stay applied" if work.applied else ""
    lost = fell(work.counts, count(job)).emptied if work.applied else ""
    if healthy(verdict) and not lost:
        return RolledBackError(
            f"{why}, and production is healthy on it{left}",
            hint="correct what failed, commit and push again",
        )
    trouble = lost if healthy(verdict) else what_is_ill(verdict)
    return StillIllError(
        f"{why}, and production is not healthy{left}: {trouble}",
        hint=_restore(job) if lost else f"safeguards verify --target {job.target}",
    )


def conclude_untouched(job: Job, why: str) -> SyncEnd:
    """As `conclude`, where the old version went on: a database that it cannot work with is no way
    back that failed, but one that a person has to choose.
    """
    end = conclude(job, f"{why}; the old version was not touched")
    if isinstance(end, StillIllError) and not job.record.work.additive:
        return HalfwayError(
            f"{end.message}; not all of the revisions leave what it uses", hint=_by_hand(job, ())
        )
    return end


def look_at_old(job: Job) -> Verdict:
    """Ask the old version how it is, and keep the answer in the run."""
    with job.record.step("verify"):
        verdict = job.seams.verify(job.settings.health_timeout, OLD)
        well = healthy(verdict)
        job.record.summarise("healthy" if well else what_is_ill(verdict), ill=not well)
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


def refuse(job: Job, done: Sequence[Replacement], work: Work) -> str:
    """Why the old versions cannot be brought back after this work; "" when they can."""
    had = [each for each in done if each.old]
    if not had:
        return f"there is none of {', '.join(each.service for each in done)}"
    if not work.applied or work.additive:
        return ""
    if all(fitting.knows(job, each.old_heads, work.applied) for each in had):
        return ""
    why = (
        f"it does not know the revisions {', '.join(work.applied)}, and not all of them leave"
        " what it uses"
    )
    return f"{why}; {UNREHEARSED}" if job.settings.allow_downgrade else why


def _what_is_back(done: Sequence[Replacement]) -> str:
    if all(each.old == each.new for each in done):
        return "it is the version that was there before"
    new = [each.service for each in done if not each.old]
    return "the old version is back" + (f" ({', '.join(new)} had none, and stays)" if new else "")


def _replace_all(job: Job, had: Sequence[Replacement]) -> None:
    """Bring all back, also when one does not come up; then raise the worst that there was."""
    changer = job.seams.changer
    assert changer is not None
    failed = [error for each in reversed(had) if (error := _replaced(job, changer, each))]
    job.record.summarise(" ".join(each.service for each in reversed(had)))
    if failed:
        untouched = any(isinstance(error, NotReplacedError) for error in failed)
        raise (NotReplacedError if untouched else RollFailedError)("; ".join(map(str, failed)))


def _replaced(job: Job, changer: Changer, each: Replacement) -> RollFailedError | None:
    try:
        replace(job, changer, each.service, Version(each.old, heads=each.old_heads))
    except RollFailedError as error:
        return error
    return None


def _by_hand(job: Job, done: Sequence[Replacement]) -> str:
    changer = job.seams.changer
    assert changer is not None
    commands = [changer.by_hand(each.service, Version(each.old)) for each in done if each.old]
    restore = _restore(job)
    if restore:
        commands.append(f"{restore} (loses what came after)")
    forward = "either correct what failed, commit and push again"
    back = f", or go back by hand: {'; '.join(commands)}" if commands else ""
    return forward + back


def _restore(job: Job) -> str:
    backup, keeper = job.record.work.backup, job.seams.keeper
    return keeper.restore_by_hand(Path(backup)) if backup and keeper is not None else ""


SyncEnd = HalfwayError | RolledBackError | StillIllError
