"""A rollback that somebody asks for: which versions, and whether the database fits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.migrations.effects import effects
from safeguards.runs import Replacement
from safeguards.sync.errors import UnchangedError

if TYPE_CHECKING:
    from safeguards.runtimes.change import Changer, Version
    from safeguards.sync.job import Job


def prepare(job: Job) -> str | None:
    """Write down what is brought back; the commit that production then has, None if unknown.

    Raises `UnchangedError` when there is nothing to go back to.
    """
    changer = job.seams.changer
    if changer is None or not changer.services():
        raise UnchangedError("this target builds nothing, so there is nothing to bring back")
    found = {name: _before(changer, name) for name in changer.services()}
    current = {
        each.service: next((v.id for v in (each.tagged, *each.running) if v), "")
        for each in job.situation.services
    }
    beyond = _revisions_beyond(job, tuple(found.values()))
    job.record.note(
        replacements=tuple(
            Replacement(name, version.id, current.get(name, ""), version.heads)
            for name, version in found.items()
        ),
        replaced=tuple(found),
        applied=beyond,
        additive=_additive(job, beyond),
    )
    commits = {version.commit for version in found.values()}
    return commits.pop() or None if len(commits) == 1 else None


def _before(changer: Changer, service: str) -> Version:
    version = changer.pinned(service)
    if version is None:
        raise UnchangedError(
            f"there is no version of {service} before this one",
            hint="the first sync of a service has nothing to go back to",
        )
    return version


def _revisions_beyond(job: Job, versions: tuple[Version, ...]) -> tuple[str, ...]:
    """What the database has and one of these versions does not know, oldest first."""
    graph, applied = job.situation.graph, job.situation.applied
    if graph is None or applied is None:
        return ()
    known = [graph.ancestors(version.heads) for version in versions if version.heads]
    if len(known) < len(versions):
        return tuple(sorted(applied))
    common = frozenset.intersection(*known) if known else frozenset()
    present = graph.ancestors(applied)
    return tuple(sorted(present - common, key=lambda name: (len(graph.ancestors([name])), name)))


def _additive(job: Job, names: tuple[str, ...]) -> bool:
    heads, graph = job.situation.heads, job.situation.graph
    if heads is None or graph is None:
        return not names
    return all(
        name in graph.revisions
        and effects(heads.files[graph.revisions[name].path], job.situation.dialect).additive
        for name in names
    )
