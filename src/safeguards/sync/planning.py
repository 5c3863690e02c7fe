"""From facts to a plan. Pure: the same facts give the same plan, and the same digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from safeguards.migrations.effects.revision import effects
from safeguards.planned import (
    Plan,
    PlannedBackup,
    PlannedRevision,
    PlannedService,
    ServiceAction,
    TableLock,
)

if TYPE_CHECKING:
    from safeguards.runtimes.change import Deployed
    from safeguards.sync.situation import Settings, Situation

VERSION = 1
NAMED = 3
"""Files that a reason names at most."""
SHORT = 12
"""Digits of a commit, as people read it."""


def make_plan(situation: Situation, settings: Settings) -> Plan:
    """What has to be done, and why."""
    revisions = tuple(_revisions(situation))
    services = (
        *(_service(each, situation, settings) for each in situation.services),
        *(
            PlannedService(name, "keep", "it is not built from the commit")
            for name in settings.kept
        ),
    )
    noop = not revisions and all(each.action == "keep" for each in services)
    backup = _backup(revisions, situation, settings)
    steps = () if noop else tuple(_steps(revisions, services, backup, settings))
    plan = Plan(
        version=VERSION,
        digest="",
        target=situation.target,
        commit=situation.commit,
        revisions=revisions,
        services=services,
        steps=steps,
        backup=backup,
        noop=noop,
        deployed=deployed_commit(situation),
        applied=tuple(sorted(situation.applied or ())),
        effects=() if noop else tuple(_effects(revisions, services, settings)),
    )
    return msgspec.structs.replace(plan, digest=_digest(plan, situation))


def deployed_commit(situation: Situation) -> str | None:
    """The commit that every built service of production is labelled with; None without one."""
    found = {
        version.commit
        for each in situation.services
        for version in (each.running or ((each.tagged,) if each.tagged else ()))
    }
    return found.pop() or None if len(found) == 1 else None


def _revisions(situation: Situation) -> Iterator[PlannedRevision]:
    heads, graph = situation.heads, situation.graph
    for name in situation.pending:
        assert heads is not None
        assert graph is not None
        revision = graph.revisions[name]
        found = effects(heads.files[revision.path], situation.dialect)
        yield PlannedRevision(
            id=name,
            message=revision.message,
            transactional=found.transactional,
            destructive=found.destructive,
            locks=tuple(TableLock(each.table, each.mode) for each in found.locks),
            additive=found.additive,
            writes_data=found.writes_data,
            reasons=found.reasons,
        )


def _service(each: Deployed, situation: Situation, settings: Settings) -> PlannedService:
    action, why = _decide(each, situation)
    if action != "keep" and settings.by_hand:
        return PlannedService(each.service, "keep", settings.by_hand)
    return PlannedService(each.service, action, why)


def _decide(each: Deployed, situation: Situation) -> tuple[ServiceAction, str]:
    tagged = each.tagged
    if tagged is None:
        return "build+replace", "it was never built here"
    if not tagged.commit:
        return "build+replace", "nothing tells which commit it was built from"
    commit = tagged.commit[:SHORT]
    if tagged.commit in situation.newer:
        return "keep", f"it is at {commit}, which comes after this commit"
    differing = situation.differing.get(tagged.commit)
    if differing is None:
        return "build+replace", f"it is at {commit}, which is not in this clone"
    if differing:
        names = ", ".join(differing[:NAMED]) + (", …" if len(differing) > NAMED else "")
        plural = "s" if len(differing) > 1 else ""
        return "build+replace", f"{len(differing)} file{plural} changed since {commit}: {names}"
    if not each.running:
        return "restart", f"{each.tag} is current, and nothing runs from it"
    if any(version.id != tagged.id for version in each.running):
        return "restart", f"it runs from another version than {each.tag} stands for"
    return "keep", f"nothing that counts has changed since {commit}"


def _backup(
    revisions: tuple[PlannedRevision, ...], situation: Situation, settings: Settings
) -> PlannedBackup:
    if not revisions:
        return PlannedBackup("none", "the schema does not change")
    if settings.backup == "none":
        return PlannedBackup("none", "sync.backup is none")
    destructive = [each.id for each in revisions if each.destructive]
    if settings.backup == "auto" and not destructive:
        return PlannedBackup("none", "no revision loses data")
    why = f"{', '.join(destructive)} may lose data" if destructive else "sync.backup is always"
    return PlannedBackup(situation.backup_method, why)


def needs_backup(plan: Plan, settings: Settings) -> bool:
    """Whether the plan may only be carried out after a backup."""
    if not plan.revisions or settings.backup == "none":
        return False
    return settings.backup == "always" or any(each.destructive for each in plan.revisions)


def _steps(
    revisions: tuple[PlannedRevision, ...],
    services: tuple[PlannedService, ...],
    backup: PlannedBackup,
    settings: Settings,
) -> Iterator[str]:
    changed = [each for each in services if each.action != "keep"]
    yield from ("lock", "preflight")
    if backup.method != "none":
        yield "backup"
    if revisions or any(each.action == "build+replace" for each in changed):
        yield "build"
    if revisions:
        yield "migrate"
    if changed and settings.trial:
        yield "trial"
    if changed:
        yield "roll"
    yield "verify"


def _effects(
    revisions: tuple[PlannedRevision, ...],
    services: tuple[PlannedService, ...],
    settings: Settings,
) -> Iterator[str]:
    blocked = sorted({f"{lock.table} ({lock.mode})" for r in revisions for lock in r.locks})
    if blocked:
        yield (
            f"locks {', '.join(blocked)}; a revision gives up after {settings.lock_timeout:g} s"
            " of waiting, and is tried again"
        )
    for each in services:
        if each.action != "keep":
            yield f"{each.name} is replaced; what it is asked meanwhile may go unanswered"
    if revisions and not all(each.additive for each in revisions):
        yield "after the revisions the old version may not work: it cannot be rolled back to"


def _digest(plan: Plan, situation: Situation) -> str:
    """Of the facts, not of the words: a plan that reads the same may follow from others."""
    heads, graph = situation.heads, situation.graph
    contents = {
        each.id: hashlib.sha256(heads.files[graph.revisions[each.id].path]).hexdigest()
        for each in plan.revisions
        if heads is not None and graph is not None
    }
    facts = (
        (plan.version, plan.target, plan.commit, plan.applied, plan.steps, plan.backup.method),
        situation.identity,
        contents,
        situation.services,
        tuple((each.name, each.action) for each in plan.services),
    )
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:16]
