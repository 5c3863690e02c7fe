"""Replace the services one after the other, and go back to what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.runs import Replacement
from safeguards.runtimes.change import Version
from safeguards.sync.watching import wait_until_up

if TYPE_CHECKING:
    from safeguards.runtimes.change import Changer
    from safeguards.runtimes.observe import Instance
    from safeguards.sync.job import Job


class RollFailedError(Exception):
    """A service did not come up in its new version; the caller goes back."""


def roll(job: Job, versions: dict[str, Version]) -> None:
    """Replace each service; the first that does not stay up ends it with `RollFailedError`.

    What is to be replaced, and by what, is in the journal before the first is touched.
    """
    changer = job.seams.changer
    assert changer is not None
    earlier = {each.service: each for each in job.record.work.replacements}
    wanted = {
        service: _replacement(job, service, version, earlier.get(service))
        for service, version in versions.items()
    }
    done = tuple(name for name in job.record.work.replaced if name not in wanted)
    job.record.note(replacements=tuple({**earlier, **wanted}.values()), replaced=done)
    for each in wanted.values():
        job.guard()
        if each.old:
            changer.pin(each.service, Version(each.old, heads=each.old_heads))
        job.record.note(replaced=(*job.record.work.replaced, each.service))
        replace(job, changer, each.service, versions[each.service])
    job.record.summarise(" ".join(versions))


def replace(job: Job, changer: Changer, service: str, version: Version) -> None:
    """Bring one service to a version and see it stay up; raises `RollFailedError`."""
    try:
        changer.replace(service, version, job.record.say)
    except UnreachableError as error:
        raise RollFailedError(f"{service} cannot be replaced: {error.message}") from error
    trouble = wait_until_up(
        lambda: job.seams.runtime.inspect(service),
        job.seams.clock,
        job.settings.health_timeout,
        wrong=lambda seen: _other(seen, version),
        told=service in job.answering,
    )
    if trouble:
        raise RollFailedError(f"the new version of {service} does not stay up: {trouble}")


def _other(instances: tuple[Instance, ...], version: Version) -> str:
    """What runs has to be what was asked for, where the runtime tells."""
    wrong = [each for each in instances if each.image_id and each.image_id != version.id]
    return f"{wrong[0].name} runs another version" if wrong else ""


def _replacement(job: Job, service: str, new: Version, earlier: Replacement | None) -> Replacement:
    """What a service is brought from: never the new version, which may run already.

    Then it is what the journal has of the run that was cut off, or the label of the new one.
    """
    deployed = job.deployed()[service]
    for each in (*deployed.running, deployed.tagged):
        if each is not None and each.id != new.id:
            return Replacement(service, each.id, new.id, each.heads)
    return earlier or Replacement(service, new.previous, new.id)
