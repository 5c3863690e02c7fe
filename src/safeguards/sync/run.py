"""The whole of a sync: plan, lock, and every step in its order, to one of the ends that there are.

Facts decide: whatever an earlier run left, the plan is made from what production is now. What an
unfinished run wrote down is asked only for what facts do not tell: what to go back to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import STAGES
from safeguards.errors import SafeguardsError, UnreachableError
from safeguards.exitcodes import ExitCode
from safeguards.health.run import timestamp
from safeguards.runs import Run, Work
from safeguards.sync import (
    backing_up,
    building,
    going_back,
    migrating,
    preflight,
    reverting,
    rolling,
    trying,
)
from safeguards.sync.counting import count, fell
from safeguards.sync.errors import (
    HalfwayError,
    PlanChangedError,
    RolledBackError,
    UnchangedError,
)
from safeguards.sync.gap import Gap
from safeguards.sync.going_back import SyncEnd, go_back, what_is_ill
from safeguards.sync.keeping import Holder
from safeguards.sync.locking import both_locks
from safeguards.sync.planning import make_plan

if TYPE_CHECKING:
    from safeguards.planned import Plan
    from safeguards.runtimes.change import Version
    from safeguards.sync.job import Job

UNKNOWN = "the run was cut off"


class Wish(msgspec.Struct, frozen=True):
    """How a sync was asked for: by whom, only for the plan of this digest, or to go on with what
    `earlier` left.
    """

    holder: Holder
    digest: str = ""
    earlier: Work = Work()


def plan_of(job: Job) -> Plan:
    """What a sync would do now. Raises `UnreachableError` when production does not answer."""
    situation = job.look()
    plan = make_plan(situation, job.settings)
    job.settle(situation, plan)
    return plan


def synchronise(job: Job, wish: Wish) -> Run:
    """Bring production to the commit, or leave it as it was; the run as it ended.

    Raises nothing that production does: an end that is not good is the run's exit code and
    message. Interrupts come through, and leave a run that can be gone on with.
    """
    record = job.record
    record.note(**_carried(wish.earlier))
    try:
        _bring(job, wish)
    except SafeguardsError as error:
        return _ended(job, _classified(job, error))
    return _passed(job, _good_end(job))


def abort(job: Job, wish: Wish) -> Run:
    """Give up what an earlier run began: back to what was there before it.

    Nobody is asked whether a revision that is no transaction was undone by hand.
    """
    record = job.record
    record.note(**{**_carried(wish.earlier), "migrating": "", "catalog": ""})
    try:
        with record.step("plan"):
            plan_of(job)
        with _locked(job, wish):
            with record.step("preflight"):
                preflight.sweep(job)
            if record.work.replaced:
                raise go_back(job, "given up")
            if record.work.applied:
                raise going_back.conclude(job, "given up; the old version was not touched")
        raise UnchangedError("given up; neither schema nor containers were changed")
    except SafeguardsError as error:
        return _ended(job, error)


def roll_back(job: Job, wish: Wish) -> Run:
    """Bring every service back to the version before; `wish` has no digest.

    The commit of the run becomes that of the old version.
    """
    record = job.record
    try:
        with record.step("plan"):
            plan_of(job)
        with _locked(job, wish):
            with record.step("preflight"):
                preflight.sweep(job)
                commit = reverting.prepare(job)
            end = go_back(job, "asked to")
    except SafeguardsError as error:
        return _ended(job, _classified(job, error))
    if isinstance(end, RolledBackError):
        return _passed(job, end.message, commit=commit)
    if isinstance(end, HalfwayError):  # refused before anything was touched
        return _ended(job, UnchangedError(end.message, hint=end.hint))
    return _ended(job, end)


def _carried(earlier: Work) -> Mapping[str, object]:
    """What is still true of an earlier run's work, whatever this one does."""
    return {
        "replacements": earlier.replacements,
        "replaced": earlier.replaced,
        "migrating": earlier.migrating,
        "catalog": earlier.catalog,
        "applied": earlier.applied,
        "additive": earlier.additive,
        "backup": earlier.backup,
        "counts": earlier.counts,
        "rolling_back": earlier.rolling_back,
    }


def _bring(job: Job, wish: Wish) -> None:
    record = job.record
    with record.step("plan"):
        try:
            plan = plan_of(job)
        except UnreachableError as error:
            raise UnchangedError(error.message, hint=error.hint) from error
        _check_digest(plan, wish.digest)
        record.note(digest=plan.digest, deployed=plan.deployed, before=plan.applied)
        record.summarise("nothing to do" if plan.noop else ", ".join(plan.steps))
    unfinished = wish.earlier.rolling_back or bool(wish.earlier.replaced)
    if plan.noop and not unfinished and not wish.earlier.migrating:
        _verify_untouched(job)
        return
    with _locked(job, wish):
        _work(job, wish)


@contextmanager
def _locked(job: Job, wish: Wish) -> Iterator[None]:
    """Both locks, taken in a step of their own and held until the end."""
    seams, keeper = job.seams, job.seams.keeper
    with ExitStack() as held:
        with job.record.step("lock"):
            lock = keeper.lock(wish.holder) if keeper else None
            wait, say = job.settings.lock_wait, job.record.say
            job.guard = held.enter_context(both_locks(seams.local, lock, seams.clock, wait, say))
        yield


def _check_digest(plan: Plan, wanted: str) -> None:
    if wanted and wanted != plan.digest:
        raise PlanChangedError(
            f"the plan is {plan.digest} now, not {wanted}: what it follows from has changed",
            hint="look at it again: safeguards sync --plan",
        )


def _verify_untouched(job: Job) -> None:
    """Nothing is to be done: the verdict is all."""
    with job.record.step("verify"):
        verdict = job.seams.verify(0, STAGES)
        job.record.finish(checks=verdict.checks)
        if verdict.status != "pass":
            raise UnchangedError(
                f"there is nothing to do, and production is not healthy: {what_is_ill(verdict)}",
                hint=f"safeguards verify --target {job.target}",
            )


def _work(job: Job, wish: Wish) -> None:
    """All that is done under the locks; while they were waited for, facts may have changed."""
    record, earlier = job.record, wish.earlier
    with record.step("preflight"):
        preflight.sweep(job)
        plan = plan_of(job)
        _check_digest(plan, wish.digest)
        preflight.check(job, earlier)
        additive = plan.additive and (earlier.additive or not record.work.applied)
        record.note(
            digest=plan.digest, deployed=plan.deployed, before=plan.applied, additive=additive
        )
    if earlier.rolling_back:
        raise go_back(job, UNKNOWN)
    if plan.noop:
        _verify_new(job)
        return
    record.note(counts={**count(job), **earlier.counts})
    if plan.backup.method != "none" and not record.work.backup:
        with record.step("backup"):
            backing_up.back_up(job)
    built = _build_and_migrate(job)
    changed = {each.name for each in job.plan.changed}
    versions = {name: built[name] for name in built if name in changed} | _current(job)
    if versions and job.settings.trial:
        with record.step("trial"):
            trying.try_out(job, versions)
    if versions:
        _roll_and_verify(job, versions)
    else:
        _verify_new(job)


def _roll_and_verify(job: Job, versions: dict[str, Version]) -> None:
    """Replace what is to be replaced, and go back when it is not well."""
    seams = job.seams
    gap = Gap(seams.api, seams.fetch, seams.clock) if seams.api else None
    try:
        with gap.watched() if gap else nullcontext():
            try:
                with job.record.step("roll"):
                    rolling.roll(job, versions)
            except rolling.RollFailedError as error:
                raise go_back(job, str(error)) from error
            _verify_new(job)
    finally:
        if gap is not None:
            job.record.note(unanswered_ms=round(gap.seconds * 1000))
            if gap.seconds:
                job.record.say(f"the API did not answer for {gap.seconds:.1f} s")


def _build_and_migrate(job: Job) -> dict[str, Version]:
    record, plan = job.record, job.plan
    if "build" not in plan.steps:
        return {}
    with record.step("build"):
        versions = building.build(job)
    with building.workbench(job, versions) as place:
        if place is None:
            if plan.revisions:
                raise UnchangedError(
                    "nothing is built from the commit, so nothing has its revisions",
                    hint="name the service that has the migrations in build",
                )
            return versions
        with record.step("start-up"):
            building.start_up(job, place)
        if plan.revisions:
            with record.step("migrate"):
                migrating.migrate(job, place)
    return versions


def _current(job: Job) -> dict[str, Version]:
    """The versions of services that only have to be started anew."""
    deployed = job.deployed()
    found = {}
    for each in job.plan.services:
        tagged = deployed[each.name].tagged if each.action == "restart" else None
        if tagged is not None:
            found[each.name] = tagged
    return found


def _verify_new(job: Job) -> None:
    """Ask the new version; one that is ill is rolled back."""
    record = job.record
    with record.step("verify"):
        verdict = job.seams.verify(job.settings.health_timeout, STAGES)
        after = count(job)
        record.summarise("healthy" if verdict.status == "pass" else what_is_ill(verdict))
    record.finish(checks=verdict.checks)
    lost = fell(record.work.counts, after)
    for line in lost.told:
        record.say(line)
    trouble = what_is_ill(verdict) if verdict.status != "pass" else lost.emptied
    if not trouble:
        return
    if not record.work.replaced:
        raise UnchangedError(
            f"production is not healthy: {trouble}", hint=f"safeguards verify --target {job.target}"
        )
    raise go_back(job, f"the new version is not healthy: {trouble}")


def _classified(job: Job, error: SafeguardsError) -> SafeguardsError:
    """The same end, told by what was changed until then."""
    if isinstance(error, SyncEnd) or not isinstance(error, (UnchangedError, UnreachableError)):
        return error
    work = job.record.work
    if isinstance(error, UnreachableError) and (work.replaced or work.migrating):
        return HalfwayError(
            f"{error.message}; what was begun may not be complete",
            hint="when it answers again: safeguards sync --resume",
        )
    if work.replaced:
        return HalfwayError(
            f"{error.message}; and an earlier run had begun to replace {', '.join(work.replaced)}",
            hint=error.hint or "safeguards sync --abort goes back to the version before it",
        )
    if work.applied:
        try:
            return going_back.conclude(job, f"{error.message}; the old version was not touched")
        except UnreachableError as another:
            return HalfwayError(f"{error.message}; and {another.message}", hint=another.hint)
    if isinstance(error, UnreachableError):
        return UnchangedError(error.message, hint=error.hint)
    return error


def _ended(job: Job, error: SafeguardsError) -> Run:
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


def _passed(job: Job, message: str, **changes: object) -> Run:
    return job.record.finish(
        status="pass",
        exit_code=int(ExitCode.OK),
        finished_at=timestamp(job.seams.clock.now()),
        message=message,
        **changes,
    )


def _good_end(job: Job) -> str:
    work = job.record.work
    applied = f"applied {', '.join(work.applied)}" if work.applied else "no revision to apply"
    replaced = f"replaced {', '.join(work.replaced)}" if work.replaced else "nothing to replace"
    return f"{applied}; {replaced}"
