"""`sync --plan --format markdown`: for a comment or a job summary."""

from __future__ import annotations

from safeguards.planned import Plan
from safeguards.report.markdown import code, words


def render(plan: Plan) -> str:
    """The plan as tables."""
    lines = [f"### Production sync: the plan for {words(plan.target)}", ""]
    lines.append(f"Commit {code(plan.commit)}, digest {code(plan.digest)}.")
    if plan.noop:
        lines += ["", "There is nothing to do."]
    if plan.revisions:
        lines += ["", "| revision | what it does | one transaction | loses data | locks |"]
        lines += ["|---|---|---|---|---|"]
    for each in plan.revisions:
        locks = ", ".join(f"{words(lock.table)} {words(lock.mode)}" for lock in each.locks)
        one, loses = (("no", "yes")[flag] for flag in (each.transactional, each.destructive))
        lines.append(f"| {code(each.id)} | {words(each.message)} | {one} | {loses} | {locks} |")
    if plan.services:
        lines += ["", "| service | what happens | why |", "|---|---|---|"]
    for service in plan.services:
        lines.append(f"| {code(service.name)} | {service.action} | {words(service.why)} |")
    if not plan.noop:
        lines += ["", f"Backup: {plan.backup.method} ({words(plan.backup.why)})."]
    lines += [f"- {words(effect)}" for effect in plan.effects]
    return "\n".join(lines) + "\n"
