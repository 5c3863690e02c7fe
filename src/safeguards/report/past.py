"""What the journal holds in words: one entry for each run, and for each push without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from safeguards.checks import FAILED
from safeguards.pushed import GateOutcome
from safeguards.report.verify_text import check_lines
from safeguards.runs import INTERRUPTED, RUNNING, History, Push, Run, Trigger

_BRANCHES = "refs/heads/"
_STATUS: Mapping[str, str] = {
    "pass": "passed",
    "fail": "failed",
    RUNNING: "going on",
    INTERRUPTED: "cut off",
}
_TRIGGER: Mapping[Trigger, str] = {
    "push": "by a push",
    "receive": "by a push that was received here",
    "manual": "by hand",
    "resume": "taken up again after it was cut off",
}
_OUTCOME: Mapping[str, str] = {
    "accepted": "accepted, and nothing followed",
    "rejected": "not taken by the remote",
    "unknown": "passed the gate; whether the remote took it is not known",
}

_GATE: Mapping[GateOutcome, str] = {"pass": "passed", "fail": "refused", "skipped": "skipped"}


class Entry(msgspec.Struct, frozen=True):
    """One line for people, and what stands under it; not yet safe to print."""

    at: str
    what: str
    outcome: str
    about: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


def entries(history: History, *, verbose: bool = False) -> tuple[Entry, ...]:
    """Every run and every push that led to none, newest first.

    What stands under a run that did not pass, stands with `verbose` under every one.
    """
    by_run = {push.run: push for push in history.pushes if push.run}
    shown = {run.id for run in history.runs}
    found = [of_run(run, by_run.get(run.id), verbose=verbose) for run in history.runs]
    found += [of_push(push) for push in history.pushes if push.run not in shown]
    return tuple(sorted(found, key=lambda entry: entry.at, reverse=True))


def of_run(run: Run, push: Push | None = None, *, verbose: bool = False) -> Entry:
    """A run; under it stands how its backup is restored, and under one that did not pass its steps
    and failed checks.
    """
    outcome = _STATUS.get(run.status, run.status)
    if run.exit_code:
        outcome += f" with exit code {run.exit_code}"
    reason = f"by a push of {refs(push)} to {push.remote}" if push else _TRIGGER[run.trigger]
    about = ((run.commit or "")[:12], reason, took(run), f"run {run.id}")
    what = f"{run.kind} of {run.target}" if run.target else run.kind
    told = verbose or run.status != "pass"
    details = [*_saved(run), *(_details(run, verbose=verbose) if told else ())]
    known = tuple(part for part in about if part)
    return Entry(run.started_at, what, outcome, known, tuple(details))


def of_push(push: Push) -> Entry:
    """A push, or a gate that was called by hand; what it left out stands under it."""
    by_hand = not push.url and push.outcome != "accepted"
    outcome = "refused by the gate" if push.gate == "fail" else _OUTCOME[push.outcome]
    if by_hand:
        outcome = _GATE[push.gate]
    if push.run:
        outcome = f"accepted, run {push.run}"
    details = [f"not checked: {reason}" for reason in push.skipped]
    details += [f"repair: {push.repair}"] if push.repair else []
    commits = dict.fromkeys(ref.local_oid[:12] for ref in push.refs)
    about = (", ".join(commits), f"push {push.id}")
    name = "gate by hand" if by_hand else "push"
    what = f"{name} of {refs(push)} to {push.remote}"
    return Entry(push.at, what, outcome, tuple(part for part in about if part), tuple(details))


def refs(push: Push) -> str:
    """What the push was to move on the remote."""
    names = [ref.remote_ref.removeprefix(_BRANCHES) for ref in push.refs]
    return ", ".join(names) or "nothing"


def moment(at: str) -> str:
    """A time of the journal as people read it."""
    return f"{at[:10]} {at[11:19]} UTC" if at[10:11] == "T" else at


def took(run: Run) -> str:
    """How long a run lasted; "" for one that has not ended."""
    try:
        began, ended = (_time(each) for each in (run.started_at, run.finished_at or ""))
    except ValueError:
        return ""
    return f"{(ended - began).total_seconds():.1f} s"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _saved(run: Run) -> Iterator[str]:
    if run.work is not None and run.work.backup:
        how = f"; to restore it: {run.work.restore}" if run.work.restore else ""
        yield f"backup: {run.work.backup}{how}"


def _details(run: Run, *, verbose: bool) -> Iterator[str]:
    for step in run.steps:
        lasted = f", {step.duration_ms / 1000:.1f} s" if step.duration_ms else ""
        yield f"step {step.name}: {_STATUS.get(step.status, step.status)}{lasted}"
    for check in run.checks:
        if verbose or check.status in FAILED:
            yield from check_lines(check)
