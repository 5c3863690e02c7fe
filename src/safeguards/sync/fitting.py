"""Whether a version fits a database that may be ahead of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from safeguards.migrations.effects.revision import effects

if TYPE_CHECKING:
    from safeguards.sync.job import Job


def beyond(job: Job, versions: Sequence[Iterable[str]]) -> tuple[str, ...]:
    """What the database has and a version with one of these heads does not know, oldest first.

    All that it is at, where a version does not tell its heads.
    """
    graph, applied = job.situation.graph, job.situation.applied
    if graph is None or applied is None:
        return ()
    known = [graph.ancestors(heads) for heads in versions]
    if not all(known):
        return tuple(sorted(applied))
    common = frozenset.intersection(*known) if known else frozenset()
    present = graph.ancestors(applied)
    return tuple(sorted(present - common, key=lambda name: (len(graph.ancestors([name])), name)))


def knows(job: Job, heads: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a version with these heads has all these revisions."""
    graph = job.situation.graph
    known = frozenset(heads) | (graph.ancestors(heads) if graph is not None else frozenset())
    return known.issuperset(names)


def additive(job: Job, names: Iterable[str], *, otherwise: bool = False) -> bool:
    """Whether these revisions leave all that the code before them uses; `otherwise` where the
    commit does not have them.
    """
    heads, graph, names = job.situation.heads, job.situation.graph, tuple(names)
    if heads is None or graph is None:
        return otherwise or not names
    if not graph.revisions.keys() >= set(names):
        return otherwise
    files = (heads.files[graph.revisions[name].path] for name in names)
    return all(effects(each, job.situation.dialect).additive for each in files)
