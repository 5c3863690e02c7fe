"""What an earlier run left in the middle: a revision that is half applied, a version that nobody
has verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.runs import Work
from safeguards.sync.errors import HalfwayError
from safeguards.sync.going_back import OLD, healthy

if TYPE_CHECKING:
    from safeguards.sync.job import Job
    from safeguards.sync.keeping import Keeper

MOST, LONGEST = 5, 120
"""How many lines of a catalog are shown, and how much of each."""

MEND = (
    "undo by hand what it did, or finish it and run: alembic stamp REVISION;"
    " then: safeguards sync --abort, and sync again"
)


def settle_migrating(job: Job, keeper: Keeper) -> None:
    """Find out what became of the revision that was begun.

    Raises `HalfwayError` when it is no transaction, and was cut off in its middle.
    """
    work = job.record.work
    name = work.migrating
    if not name:
        return
    if _is_applied(job, name):  # it came to its end, and nobody was left to note it
        job.record.note(migrating="", catalog="", applied=_with(work.applied, name))
        return
    if work.catalog:
        if digest(keeper.catalog()) != work.catalog:
            raise HalfwayError(half_applied(name, keeper.broken(), job.target), hint=MEND)
        planned = next((each for each in job.plan.revisions if each.id == name), None)
        if planned is None or planned.writes_data:
            raise HalfwayError(
                f"revision {name} was cut off; it changed no table, and may have changed rows",
                hint=MEND,
            )
    job.record.note(migrating="", catalog="")


def give_up_migrating(job: Job, keeper: Keeper) -> None:
    """As `settle_migrating`, once: it is told what is left, and not asked for again."""
    work = job.record.work
    if work.migrating and not _is_applied(job, work.migrating):
        job.record.note(migrating="", catalog="")
        if work.catalog and digest(keeper.catalog()) != work.catalog:
            said = half_applied(work.migrating, keeper.broken(), job.target)
            raise HalfwayError(f"given up; {said}", hint=MEND)
    settle_migrating(job, keeper)


def settle_version(job: Job) -> None:
    """Production may be well on what a run for another commit brought, cut off before it saw that.

    Then that run's story has ended, and what it brought is what there is to go back to.
    """
    work, commit = job.record.work, job.source.commit
    whole = frozenset(work.replaced) == {each.service for each in work.replacements}
    if not work.replaced or not whole or work.rolling_back or work.commit == commit:
        return
    deployed = job.deployed()
    for each in work.replacements:
        there = deployed[each.service]
        versions = (there.tagged, *there.running)
        if not there.running or any(v is None or v.id != each.new for v in versions):
            return
    if healthy(job.seams.verify(0, OLD)):
        job.record.say(f"production is well on {work.commit[:12]}, whose run was cut off")
        job.record.note(**{name: getattr(Work(), name) for name in STORY})


STORY = ("applied", "replaced", "replacements", "backup", "counts")
"""What tells of changes that can still be taken back."""


def half_applied(name: str, broken: tuple[str, ...], target: str) -> str:
    """What is said of a revision that is no transaction and did not come to its end."""
    left = f"; {'; '.join(broken)}" if broken else ""
    return (
        f"revision {name} is half applied to {target}: it is no transaction, and the schema is"
        f" not what it was before it{left}"
    )


def difference(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """What two catalogs do not share, in words, and no more of it than a person reads."""
    known, there = frozenset(before), frozenset(after)
    new = [each for each in after if each not in known]
    gone = [each for each in before if each not in there]
    parts = (("there now: ", new), ("not there any more: ", gone))
    return "; ".join(word + _few(lines) for word, lines in parts if lines)


def _few(lines: list[str]) -> str:
    shown = [line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines[:MOST]]
    more = f" and {len(lines) - MOST} more" if len(lines) > MOST else ""
    return ", ".join(shown) + more


def digest(catalog: tuple[str, ...]) -> str:
    """A catalog in a few letters; equal ones are the same schema."""
    import hashlib

    return hashlib.sha256("\n".join(catalog).encode("utf-8", "surrogateescape")).hexdigest()


def _is_applied(job: Job, name: str) -> bool:
    applied, graph = job.situation.applied or frozenset(), job.situation.graph
    return name in applied or (graph is not None and name in graph.ancestors(applied))


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, name)))
