"""`status --format text`: the last run as it was shown, what goes on, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.report.past import moment, of_run
from safeguards.report.printable import printable
from safeguards.report.verify_text import check_lines, conclusion
from safeguards.runs import Run
from safeguards.standing import Standing, State, Underway

TITLES: Mapping[State, str] = {
    "pushing": "On its way",
    "working": "Going on",
    "cut off": "Cut off",
    "unknown": "End unknown",
}


def render(standing: Standing) -> str:
    """All of it for a terminal; no character in it can steer one."""
    lines = facts(standing)
    lines += [f"next: {action.command} ({action.why})" for action in standing.next_actions]
    return "".join(f"{printable(line)}\n" for line in lines)


def facts(standing: Standing) -> list[str]:
    """What stands, line by line, without what to do next; not yet safe to print."""
    lines = [*last_run(standing.last_run), *last_sync(standing)]
    for each in standing.underway:
        lines += [f"{TITLES[each.state]}: {told(each)}", *(f"  {line}" for line in more(each))]
    lines += [f"Hook missing: {name}" for name in standing.missing_hooks]
    if standing.drift is not None:
        mark = "Drift" if standing.drift.status == "drift" else "No drift"
        mark = "Drift not known" if standing.drift.status == "unknown" else mark
        lines.append(f"{mark}: {standing.drift.message}")
        lines += [f"  {path}" for path in standing.drift.changed]
        left = standing.drift.changed_count - len(standing.drift.changed)
        lines += [f"  and {left} more"] if left > 0 else []
    lines += [f"note: {note}" for note in standing.notes]
    lines += [f"Problem: {problem}" for problem in standing.problems]
    return lines


def last_run(run: Run | None) -> Iterator[str]:
    """The last run with its verdict."""
    if run is None:
        yield "There is no run yet."
        return
    entry = of_run(run)
    yield f"Last run: {entry.what}, {moment(entry.at)}: {entry.outcome} ({', '.join(entry.about)})"
    for step in run.steps:
        if step.status not in {"pass", "fail"}:
            yield f"  step {step.name}: {step.status}"
    for check in run.checks:
        yield from (f"  {line}" for line in check_lines(check))
    if run.checks:
        yield f"  {conclusion(passed=run.status == 'pass')}"


def last_sync(standing: Standing) -> Iterator[str]:
    """The last sync, where a verify came after it."""
    run, last = standing.last_sync, standing.last_run
    if run is None or last is None or run.id == last.id:
        return
    entry = of_run(run)
    yield f"Last sync: {moment(entry.at)}: {entry.outcome} ({', '.join(entry.about)})"
    yield from (f"  {line}" for line in entry.details)


def told(each: Underway) -> str:
    """One push or run on its way."""
    what = f"push of {', '.join(each.refs)} to {each.remote}" if each.remote else "sync"
    target = f" of {each.target}" if each.target and not each.remote else ""
    commit = f", {each.commit[:12]}" if each.commit else ""
    step = f", at step {each.step}" if each.step else ""
    return f"{what}{target}, begun {moment(each.at)}{commit}{step}"


def more(each: Underway) -> Iterator[str]:
    """Where to look, and what goes on with it."""
    if each.state == "unknown":
        yield "nobody could tell yet whether the remote took it"
    if each.record and each.state in {"cut off", "unknown"}:
        yield f"record: {each.record}"
    if each.log:
        yield f"log: {each.log}"
    if each.command:
        yield f"goes on with: {each.command}, or with the next push"
    elif each.state == "cut off":
        yield "no record of a push goes on with it; the next run takes its place"
