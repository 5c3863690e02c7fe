"""The trial: the new version runs beside the old one before anything is replaced."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import FAILED
from safeguards.errors import UnreachableError
from safeguards.health.stages import api
from safeguards.sync.errors import UnchangedError
from safeguards.sync.watching import wait_until_up

if TYPE_CHECKING:
    from safeguards.checks import Item
    from safeguards.runtimes.change import Place, Version
    from safeguards.sync.job import Job

PAUSE = 0.3
"""Seconds between two rounds of questions to a version that has only just started."""


class TrialFailedError(UnchangedError):
    """The new version does not run; the old one was not touched."""


def try_out(job: Job, versions: dict[str, Version]) -> None:
    """Start each new version beside the old one; it has to stay up and to answer.

    Raises `TrialFailedError`.
    """
    changer = job.seams.changer
    assert changer is not None
    told = []
    for service, version in versions.items():
        try:
            place = changer.trial(service, version, job.stamp())
        except UnreachableError as error:
            raise _failed(service, error.message, "") from error
        if place is None:
            told.append(f"{service} cannot be started twice")
            continue
        with closing(place):
            told.append(f"{service} {_try_one(job, service, place)}")
    job.record.summarise(", ".join(told))


def _try_one(job: Job, service: str, place: Place) -> str:
    seams = job.seams
    seconds = job.settings.health_timeout
    deadline = seams.clock.monotonic() + seconds
    wanted = seams.api
    url = place.answers_at(wanted.base_url) if wanted is not None else None
    trouble = wait_until_up(lambda: (place.look(),), seams.clock, seconds, told=url is not None)
    if trouble:
        raise _failed(service, trouble, place.log())
    if wanted is None or url is None:
        return "stays up"
    beside = msgspec.structs.replace(wanted, base_url=url, inside=True, retries=0)
    while True:
        items = api.observe(beside, api.Means(place.fetch, seams.clock, seams.search))
        ill = [item for item in items if item.status in FAILED]
        if not ill:
            job.answering.add(service)
            return f"stays up and answers {len(items)} endpoint{'s' * (len(items) != 1)}"
        if seams.clock.monotonic() >= deadline or not place.look().running:
            raise _failed(service, _said(ill), place.log())
        seams.clock.sleep(PAUSE)


def _said(items: list[Item]) -> str:
    return "; ".join(f"{each.subject}: {each.observed or each.message}" for each in items)


def _failed(service: str, trouble: str, log: str) -> TrialFailedError:
    return TrialFailedError(
        f"the new version of {service} does not run beside the old one: {trouble}",
        hint="correct it, commit and push again; sync.trial = false for what must not run twice",
        context=(("its log ends with", log),) if log.strip() else (),
    )
