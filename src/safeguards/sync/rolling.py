"""Replace the services one after the other; what they are brought from is kept, and written down
before the first is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.runs import Replacement
from safeguards.runtimes.change import Version
from safeguards.sync.watching import wait_until_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safeguards.runtimes.change import Changer
    from safeguards.runtimes.observe import Instance
    from safeguards.sync.job import Job


class RollFailedError(Exception):
    """A service did not come up in the version it was brought to."""


class NotReplacedError(RollFailedError):
    """It was not even replaced, or nobody knows."""


def roll(job: Job, versions: Mapping[str, Version]) -> None:
    """Replace each service; the first that does not stay up ends it with `RollFailedError`.

    What was there before is pinned, for every service, so that all can go back to it together.
    """
    changer = job.seams.changer
    assert changer is not None
    work = job.record.work
    earlier = {each.service: each for each in work.replacements}
    begun = _begun_elsewhere(job, changer)
    wanted = {
        service: begun.get(service) or _replacement(job, changer, service, version)
        for service, version in versions.items()
    }
    job.record.note(
        replacements=tuple({**earlier, **begun, **wanted}.values()),
        replaced=tuple(dict.fromkeys((*work.replaced, *begun))),
    )
    job.guard()
    _pin(job, changer, wanted)
    for each in wanted.values():
        job.guard()
        job.record.note(replaced=tuple(dict.fromkeys((*job.record.work.replaced, each.service))))
        replace(job, changer, each.service, versions[each.service])
    job.record.summarise(" ".join(versions))


def replace(job: Job, changer: Changer, service: str, version: Version) -> None:
    """Bring one service to a version and see it stay up; raises `RollFailedError`."""
    try:
        changer.replace(service, version, job.record.say)
    except UnreachableError as error:
        raise NotReplacedError(f"{service} cannot be replaced: {error.message}") from error
    trouble = wait_until_up(
        lambda: job.seams.runtime.inspect(service),
        job.seams.clock,
        job.settings.health_timeout,
        wrong=lambda seen: _other(seen, version),
        told=service in job.answering,
    )
    if trouble:
        raise RollFailedError(f"{service} does not stay up: {trouble}")


def _pin(job: Job, changer: Changer, wanted: Mapping[str, Replacement]) -> None:
    """Keep what each service is brought from, and what the others are at.

    One that this commit was brought to before keeps what it was brought from then, and where
    services are only started anew, all do.
    """
    if all(each.old == each.new for each in wanted.values()):
        return
    for name, deployed in job.deployed().items():
        tagged = deployed.tagged
        if name in wanted:
            old = wanted[name]
            if old.old:
                changer.pin(name, Version(old.old, heads=old.old_heads))
        elif (
            tagged is not None
            and tagged.commit != job.source.commit
            and name not in job.record.work.replaced
        ):
            changer.pin(name, tagged)


def _begun_elsewhere(job: Job, changer: Changer) -> dict[str, Replacement]:
    """Services that are at this commit already while others are not: a run that this journal does
    not know was cut off between them. They go back together.
    """
    commit, work = job.source.commit, job.record.work
    deployed = job.deployed()
    tagged = {name: each.tagged for name, each in deployed.items()}
    there = (*tagged.values(), *(v for each in deployed.values() for v in each.running))
    labels = {version.commit for version in there if version is not None and version.commit}
    if all(each == commit or job.situation.differing.get(each) == () for each in labels):
        return {}
    found = {}
    for name, version in tagged.items():
        old = changer.pinned(name)
        if version is None or version.commit != commit or name in work.replaced:
            continue
        if old is not None and old.id != version.id:
            found[name] = Replacement(name, old.id, version.id, old.heads)
    return found


def _other(instances: tuple[Instance, ...], version: Version) -> str:
    """What runs has to be what was asked for, where the runtime tells."""
    wrong = [each for each in instances if each.image_id and each.image_id != version.id]
    return f"{wrong[0].name} runs another version" if wrong else ""


def _replacement(job: Job, changer: Changer, service: str, new: Version) -> Replacement:
    """What a service is brought from: what an unfinished run brought it from, which nobody has
    seen well since; else what it is at.

    The new version may be in place already, wholly or half: then it is the version that is pinned
    or that the new one's label names, and for one that only has to be started it is itself.
    """
    deployed = job.deployed()[service]
    work = job.record.work
    for begun in work.replacements:
        if begun.service == service and service in work.replaced:
            return Replacement(service, begun.old, new.id, begun.old_heads)
    for each in (*deployed.running, deployed.tagged):
        if each is not None and each.id != new.id:
            return Replacement(service, each.id, new.id, each.heads)
    actions = {each.name: each.action for each in job.plan.services}
    if actions.get(service) == "restart":
        return Replacement(service, new.id, new.id, new.heads)
    pinned = changer.pinned(service)
    if pinned is not None and pinned.id != new.id:
        return Replacement(service, pinned.id, new.id, pinned.heads)
    return Replacement(service, new.previous, new.id)
