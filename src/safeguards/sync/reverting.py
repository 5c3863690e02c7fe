"""A rollback that somebody asks for: which versions, and whether the database fits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from safeguards.runs import Replacement
from safeguards.sync import fitting
from safeguards.sync.errors import UnchangedError
from safeguards.sync.going_back import refuse

if TYPE_CHECKING:
    from safeguards.sync.job import Job


def prepare(job: Job) -> str | None:
    """Write down what is brought back; the commit that production then has, None if unknown.

    Raises `UnchangedError` when there is nothing to go back to, or when it does not fit.
    """
    changer = job.seams.changer
    if changer is None or not changer.services():
        raise UnchangedError("this target builds nothing, so there is nothing to bring back")
    if job.settings.by_hand:
        raise UnchangedError(job.settings.by_hand)
    pinned = {name: changer.pinned(name) for name in changer.services()}
    found = {name: version for name, version in pinned.items() if version is not None}
    if not found:
        raise UnchangedError(
            f"there is no version of {', '.join(pinned)} before this one",
            hint="the first sync of a service has nothing to go back to",
        )
    current = {
        each.service: next((v.id for v in (each.tagged, *each.running) if v), "")
        for each in job.situation.services
    }
    beyond = fitting.beyond(job, [version.heads for version in found.values()])
    replacements = tuple(
        Replacement(name, version.id, current.get(name, ""), version.heads)
        for name, version in found.items()
    )
    work = msgspec.structs.replace(
        job.record.work,
        replacements=replacements,
        replaced=tuple(found),
        applied=beyond,
        additive=fitting.additive(job, beyond),
        rolling_back=True,
        commit=job.source.commit,
    )
    refusal = refuse(job, replacements, work)
    if refusal:
        raise UnchangedError(f"the old version was not brought back: {refusal}")
    job.record.note(**msgspec.structs.asdict(work))
    commits = {version.commit for version in found.values()}
    return commits.pop() or None if len(commits) == 1 else None
