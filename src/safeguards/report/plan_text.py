"""`sync --plan --format text`: what would be done, and why."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.planned import Plan, PlannedRevision
from safeguards.report.printable import printable

SHORT = 12
"""Digits of a commit, as people read it."""


def render(plan: Plan, *, color: bool = False) -> str:
    """The plan for a terminal; no character in it can steer one."""
    lines = [printable(line) for line in _lines(plan)]
    bold = "\x1b[1m{}\x1b[0m".format if color else str
    return "".join(f"{line if line.startswith(' ') else bold(line)}\n" for line in lines)


def _lines(plan: Plan) -> Iterator[str]:
    now = plan.deployed[:SHORT] if plan.deployed else "an unknown commit"
    yield f"Plan for {plan.target}: {plan.commit[:SHORT]} (now: {now})"
    if plan.noop:
        yield "Nothing to do"
    if plan.revisions:
        yield "Migrations"
    for revision in plan.revisions:
        yield from _revision(revision)
    if plan.services:
        yield "Services"
    for each in plan.services:
        yield f"  {each.name}: {each.action}"
        yield f"      {each.why}"
    if not plan.noop:
        yield f"Backup: {plan.backup.method} ({plan.backup.why})"
        yield f"Steps: {', '.join(plan.steps)}"
    if plan.effects:
        yield "Effects"
    for effect in plan.effects:
        yield f"  - {effect}"
    yield f"Digest: {plan.digest}"


def _revision(revision: PlannedRevision) -> Iterator[str]:
    marks = ["" if revision.transactional else "NOT one transaction"]
    marks += ["may lose data" if revision.destructive else ""]
    marks += ["the old version goes on working" if revision.additive else ""]
    told = "; ".join(mark for mark in marks if mark)
    yield f"  {revision.id} {revision.message}".rstrip() + (f" ({told})" if told else "")
    for lock in revision.locks:
        yield f"      locks {lock.table}: {lock.mode}"
    for reason in revision.reasons:
        yield f"      {reason}"
