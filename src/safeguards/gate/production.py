"""Whether production can take a push: what it has applied, whether it answers, whether it is well.

Pure: production was asked before. An ill production refuses a push unless the push repairs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from safeguards.checks import Action, Item, Status, Verdict
from safeguards.findings import Finding, Place
from safeguards.migrations.graph import Graph, Revision, read_graph
from safeguards.migrations.meaning import meaning
from safeguards.pushed import CheckStatus, GateCheck

if TYPE_CHECKING:
    from safeguards.gate.decide import Subject

Unreachable = Literal["block", "warn"]


class Seen(msgspec.Struct, frozen=True):
    """What production said. `applied` is None where no database says it, or none is configured.

    `files` are the revision files inside the image; `crashed` means a bug while asking.
    """

    verdict: Verdict
    applied: frozenset[str] | None = None
    files: Mapping[str, bytes] = {}
    crashed: bool = False


class Policy(msgspec.Struct, frozen=True):
    """What to do about a production that does not answer, and why an ill one does not matter."""

    unreachable: Unreachable = "block"
    repair: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """The check, and what it let pass: what could not be asked, and the repair that was needed."""

    check: GateCheck
    unasked: str = ""
    repair: str = ""
    next_actions: tuple[Action, ...] = ()


def judge(
    subject: Subject,
    seen: Seen,
    graph: Graph | None,
    edited: tuple[Finding, ...],
    policy: Policy,
) -> Judgement:
    """The verdict on one commit. `graph` is its history; `edited` are applied revisions that it
    changes.

    Neither a repair nor the policy lets a history pass that production's is no part of.
    """
    lineage = _lineage(seen, graph)
    health = tuple(_health(seen.verdict))
    states = {item.status for item in health}
    ill, unasked = "fail" in states, "unknown" in states
    repaired = ill and bool(policy.repair)
    refused = (
        lineage.status == "fail"
        or any(finding.severity == "error" for finding in edited)
        or seen.crashed
        or (ill and not repaired)
        or (unasked and policy.unreachable == "block")
    )
    status: CheckStatus = "fail" if refused else "warn" if ill or unasked else "pass"
    check = GateCheck(
        "production",
        status,
        seen.verdict.duration_ms,
        _summary(seen, ill=ill, unasked=unasked, repair=policy.repair if ill else ""),
        findings=edited,
        items=(lineage, *health),
        commit=subject.commit,
        subject=subject.name,
    )
    actions = seen.verdict.next_actions if ill or unasked else ()
    if ill and not repaired:
        why = "push again when this push repairs it"
        actions = (*actions, Action("SAFEGUARDS_REPAIR='reason' git push", why, safe=False))
    if unasked and policy.unreachable == "block":
        why = "push unjudged when production cannot answer now"
        actions = (*actions, Action("SAFEGUARDS_SKIP='reason' git push", why, safe=False))
    return Judgement(
        check,
        _first(health, "unknown") if unasked and not refused else "",
        policy.repair if repaired else "",
        actions,
    )


def edited(seen: Seen, graph: Graph | None, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Each applied revision whose file in the image says something else than `files`, those of
    the pushed commit. Comments and layout do not count; without files of the image nothing does.
    """
    if graph is None or not seen.applied or not seen.files:
        return ()
    inside = read_graph(seen.files)
    applied = inside.ancestors(seen.applied) | graph.ancestors(seen.applied)
    both = sorted(applied & frozenset(inside.revisions) & frozenset(graph.revisions))
    return tuple(
        _edited(graph.revisions[name])
        for name in both
        if meaning(seen.files[inside.revisions[name].path])
        != meaning(files[graph.revisions[name].path])
    )


def _edited(revision: Revision) -> Finding:
    return Finding(
        Place(revision.path, revision.line),
        "SG207",
        "applied-migration-edited",
        "error",
        f"revision {revision.id} is not what production has applied under this name",
        help="Restore the file, and write what has to change into a new revision.",
    )


def _lineage(seen: Seen, graph: Graph | None) -> Item:
    """Whether every applied revision is one of the pushed commit: a head, or what leads to one."""
    if seen.applied is None:
        return Item("revision", "skipped", message="no database said which revision it is at")
    known = graph.ancestors(graph.heads) if graph is not None else frozenset[str]()
    foreign = seen.applied - known
    observed = _names(seen.applied)
    if not foreign:
        return Item("revision", "ok", observed, message=_ahead(seen.applied, graph))
    expected = f"a revision that leads to {_names(graph.heads)}" if graph else "no revision"
    return Item(
        "revision",
        "fail",
        observed,
        expected,
        message=f"production is at {_names(foreign)}, which the pushed commit does not have"
        + ("" if graph else ": it has no Alembic environment"),
        hint="was production migrated from another branch? pull what has that revision, and"
        " merge it"
        if graph
        else "are the settings of Alembic in the commit? see: git check-ignore -v alembic.ini",
    )


def _ahead(applied: frozenset[str], graph: Graph | None) -> str:
    count = len(graph.missing(applied)) if graph is not None else 0
    return f"{count} revision{'s' * (count != 1)} to apply" if count else "nothing to apply"


def _health(verdict: Verdict) -> Iterator[Item]:
    """What the stages of verify said, each under the name of its stage."""
    for check in verdict.checks:
        for item in check.items:
            yield msgspec.structs.replace(item, subject=f"{check.name}: {item.subject}")


def _summary(seen: Seen, *, ill: bool, unasked: bool, repair: str) -> str:
    at = f" at {_names(seen.applied)}" if seen.applied else ""
    state = "ill" if ill else "not reachable" if unasked else "healthy"
    if seen.crashed:
        state = "not checked, by a bug in safeguards"
    why = f"; this push repairs it: {repair}" if repair else ""
    return f"{seen.verdict.target}{at}, {state}{why}"


def _first(items: tuple[Item, ...], status: Status) -> str:
    """What the first item of a status said."""
    for item in items:
        if item.status == status:
            return f"{item.subject}: {item.message}"
    return ""


def _names(ids: frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "none"
