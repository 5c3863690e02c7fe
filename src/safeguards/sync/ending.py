"""The ends of a sync: told by what was changed since its story began, and written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import SafeguardsError, UnreachableError
from safeguards.exitcodes import ExitCode
from safeguards.health.run import timestamp
from safeguards.sync.errors import BuildFailedError, HalfwayError, UnchangedError
from safeguards.sync.going_back import RESUME, conclude_untouched, go_back
from safeguards.sync.story import touched

if TYPE_CHECKING:
    from safeguards.runs import Run, Work
    from safeguards.sync.job import Job


def before_locks(error: SafeguardsError, earlier: Work) -> SafeguardsError:
    """The end of a run that never had the locks: what changed production was an earlier one."""
    if not isinstance(error, UnreachableError):
        return error
    if touched(earlier):
        return HalfwayError(
            f"{error.message}; and a run that was cut off is not complete",
            hint=error.hint or f"when it answers again: {RESUME}",
        )
    return UnchangedError(error.message, hint=error.hint)


def classified(job: Job, error: SafeguardsError) -> SafeguardsError:
    """The end that an error comes to: what an earlier run replaced is brought back first.

    Then "nothing was changed" is said only where nothing was, by this run and by those that it
    goes on with.
    """
    if not isinstance(error, (UnchangedError, BuildFailedError, UnreachableError)):
        return error
    work = job.record.work
    try:
        if isinstance(error, UnreachableError) and (work.replaced or work.migrating):
            return HalfwayError(
                f"{error.message}; what was begun may not be complete",
                hint=f"when it answers again: {RESUME}",
            )
        if work.migrating:
            return HalfwayError(
                f"{error.message}; and an earlier run was cut off in revision {work.migrating}",
                hint=error.hint or RESUME,
                context=error.context,
            )
        if work.replaced:
            return _with_context(go_back(job, error.message), error)
        if work.applied:
            return _with_context(conclude_untouched(job, error.message), error)
    except UnreachableError as another:
        return HalfwayError(
            f"{error.message}; and {another.message}", hint=f"when it answers again: {RESUME}"
        )
    if isinstance(error, UnreachableError):
        return UnchangedError(error.message, hint=error.hint)
    return error


def _with_context(end: SafeguardsError, error: SafeguardsError) -> SafeguardsError:
    """What failed is still shown with all that it printed."""
    end.context = (*error.context, *end.context)
    return end


def ended(job: Job, error: SafeguardsError) -> Run:
    """The run as it ended, with what is to be done next."""
    job.record.say(error.message)
    for title, text in error.context:
        job.record.say(f"{title}: {text}")
    hint = f"; next: {error.hint}" if error.hint else ""
    return job.record.finish(
        status="fail",
        exit_code=int(error.exit_code),
        finished_at=timestamp(job.seams.clock.now()),
        message=error.message + hint,
    )


def passed(job: Job, message: str, **changes: object) -> Run:
    """The run as it came to its good end."""
    return job.record.finish(
        status="pass",
        exit_code=int(ExitCode.OK),
        finished_at=timestamp(job.seams.clock.now()),
        message=message,
        **changes,
    )


def good_end(job: Job) -> str:
    """What was done, in a line."""
    work = job.record.work
    applied = f"applied {', '.join(work.applied)}" if work.applied else "no revision to apply"
    by_hand = job.settings.by_hand
    nothing = f"nothing replaced: {by_hand}" if by_hand else "nothing to replace"
    replaced = f"replaced {', '.join(work.replaced)}" if work.replaced else nothing
    return f"{applied}; {replaced}"
