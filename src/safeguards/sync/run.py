"""The whole of a sync: plan, lock, and every step in its order, to one of the ends that there are.

Facts decide: whatever an earlier run left, the plan is made from what production is now. What an
unfinished run wrote down is asked only for what facts do not tell: what to go back to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import STAGES
from safeguards.errors import SafeguardsError
from safeguards.health.run import timestamp
from safeguards.runs import Run, Work
from safeguards.sync import (
    backing_up,
    building,
    fitting,
    migrating,
    preflight,
    reverting,
    rolling,
    trying,
    unfinished,
)
from safeguards.sync.counting import count, fell
from safeguards.sync.ending import before_locks, classified, ended, good_end, passed
from safeguards.sync.errors import (
    PlanChangedError,
    RolledBackError,
    UnchangedError,
)
from safeguards.sync.gap import Gap
from safeguards.sync.going_back import go_back, what_is_ill
from safeguards.sync.keeping import Holder
from safeguards.sync.locking import both_locks
from safeguards.sync.planning import make_plan
from safeguards.sync.story import Earlier, take_over, touched

if TYPE_CHECKING:
    from safeguards.planned import Plan
    from safeguards.runtimes.change import Version
    from safeguards.sync.job import Job

UNKNOWN = "the run was cut off"


class Wish(msgspec.Struct, frozen=True):
    """How a sync was asked for: by whom, only for the plan of this digest, or to go on with what
    `earlier` left.

    It is asked again under the locks: whoever had them until then may have come to an end.
    """

    holder: Holder
    digest: str = ""
    earlier: Earlier = Work


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
    try:
        plan = _plan(job, wish)
        if plan.noop and wish.earlier() == Work():
            _verify_untouched(job)
            return _well(job)
        return _locked(job, wish, partial(_work, job, wish))
    except SafeguardsError as error:
        return ended(job, before_locks(error, wish.earlier()))


def abort(job: Job, wish: Wish) -> Run:
    """Give up what an earlier run began: back to what was there before it.

    A revision that is no transaction and was cut off is told of, once.
    """
    try:
        _plan(job, wish)
        return _locked(job, wish, partial(_give_up, job))
    except SafeguardsError as error:
        return ended(job, before_locks(error, wish.earlier()))


def roll_back(job: Job, wish: Wish) -> Run:
    """Bring every service back to the version before, or to that before a run that was cut off.

    The commit of the run becomes that of the old version.
    """
    try:
        _plan(job, wish)
        return _locked(job, wish, partial(_revert, job))
    except SafeguardsError as error:
        return ended(job, before_locks(error, wish.earlier()))


def _plan(job: Job, wish: Wish) -> Plan:
    """The plan, before there is a lock."""
    with job.record.step("plan"):
        plan = plan_of(job)
        _check_digest(plan, wish.digest)
        job.record.note(digest=plan.digest, deployed=plan.deployed, before=plan.applied)
        job.record.summarise("nothing to do" if plan.noop else ", ".join(plan.steps))
    return plan


def _locked(job: Job, wish: Wish, do: Callable[[], Run]) -> Run:
    """Both locks are held until the run has come to its end and that is written down.

    What an earlier run left is ours to go on with from when we have them.
    """
    seams, keeper = job.seams, job.seams.keeper
    with ExitStack() as held:
        with job.record.step("lock"):
            lock = keeper.lock(wish.holder) if keeper else None
            wait, say = job.settings.lock_wait, job.record.say
            job.guard = held.enter_context(both_locks(seams.local, lock, seams.clock, wait, say))
            take_over(job, wish.earlier(), timestamp(seams.clock.now()))
        try:
            return do()
        except SafeguardsError as error:
            return ended(job, classified(job, error))


def _well(job: Job) -> Run:
    """The good end. What is newer than the commit stays what production is at."""
    deployed = job.plan.deployed
    if not job.plan.noop or deployed not in job.situation.newer:
        return passed(job, good_end(job))
    message = f"nothing to do: production is at {deployed}, which comes after this commit"
    return passed(job, message, commit=deployed)


def _give_up(job: Job) -> Run:
    with job.record.step("preflight"):
        _look_at_what_was_begun(job)
    raise _given_up(job)


def _look_at_what_was_begun(job: Job) -> None:
    record, keeper = job.record, job.seams.keeper
    preflight.sweep(job)
    plan_of(job)
    if keeper is not None:
        unfinished.give_up_migrating(job, keeper)
    work = record.work
    record.note(additive=fitting.additive(job, work.applied, otherwise=work.additive))


def _given_up(job: Job) -> UnchangedError:
    work = job.record.work
    unchanged = "" if work.replaced or work.applied else "; nothing was changed"
    return UnchangedError(f"given up{unchanged}")


def _revert(job: Job) -> Run:
    record, commit = job.record, None
    with record.step("preflight"):
        begun = touched(record.work)
        _look_at_what_was_begun(job)
        if not begun:
            commit = reverting.prepare(job)
    if not record.work.replaced:
        raise _given_up(job)
    end = go_back(job, "asked to")
    if not isinstance(end, RolledBackError):
        raise end
    return passed(job, end.message, commit=commit)


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
                hint=_after_look(job),
            )


def _after_look(job: Job) -> str:
    """What to do about a production that is ill, and at the commit."""
    changer = job.seams.changer
    look = f"safeguards verify --target {job.target}"
    if changer is None or not any(changer.pinned(name) for name in changer.services()):
        return look
    return f"{look}; safeguards rollback goes back to the version before"


def _work(job: Job, wish: Wish) -> Run:
    """All that is done under the locks; while they were waited for, facts may have changed."""
    record, commit = job.record, job.source.commit
    with record.step("preflight"):
        preflight.sweep(job)
        plan = plan_of(job)
        _check_digest(plan, wish.digest)
        unfinished.settle_version(job)
        preflight.check(job)
        work = record.work
        names = (*work.applied, *(each.id for each in plan.revisions))
        record.note(
            digest=plan.digest,
            deployed=plan.deployed,
            before=plan.applied,
            additive=fitting.additive(job, names, otherwise=work.additive),
            commit=commit,
            rolling_back=work.rolling_back and work.commit == commit,
        )
    if record.work.rolling_back:
        raise go_back(job, UNKNOWN)
    if plan.noop:
        _verify_new(job)
        return _well(job)
    record.note(counts={**count(job), **record.work.counts})
    if plan.backup.method != "none":
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
    return _well(job)


def _roll_and_verify(job: Job, versions: dict[str, Version]) -> None:
    """Replace what is to be replaced, and go back when it is not well."""
    seams = job.seams
    asked = seams.api is not None and seams.api.endpoints
    gap = Gap(seams.api, seams.fetch, seams.clock) if seams.api and asked else None
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
        lost = fell(record.work.counts, count(job))
        trouble = what_is_ill(verdict) if verdict.status != "pass" else lost.emptied
        record.summarise(trouble or "healthy", ill=bool(trouble))
    record.finish(checks=verdict.checks)
    for line in lost.told:
        record.say(line)
    if not trouble:
        return
    if not record.work.replaced:
        raise UnchangedError(
            f"production is not healthy: {trouble}", hint=f"safeguards verify --target {job.target}"
        )
    raise go_back(job, f"the new version is not healthy: {trouble}")
