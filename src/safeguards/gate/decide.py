"""What the checks of a push amount to: from what was seen to the verdict. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from safeguards.checks import Action, Item
from safeguards.findings import Finding, in_order
from safeguards.gate.refs import BRANCHES
from safeguards.pushed import CheckName, CheckStatus, GateCheck, GateVerdict, PushedRef

SHORT = 10
"""Digits of a commit that people are shown."""


class Subject(msgspec.Struct, frozen=True):
    """A commit, by its full name, and the lines of the push that put it on a deploy branch."""

    commit: str
    refs: tuple[PushedRef, ...]

    @property
    def name(self) -> str:
        """The branches, and the commit as people are shown it."""
        branches = ", ".join(ref.remote_ref.removeprefix(BRANCHES) for ref in self.refs)
        return f"{branches} {self.commit[:SHORT]}"


def subjects(refs: Iterable[PushedRef], commits: Mapping[str, str]) -> tuple[Subject, ...]:
    """Each different commit once, in the order of the refs; `commits` peels pushed names."""
    found: dict[str, list[PushedRef]] = {}
    for ref in refs:
        found.setdefault(commits[ref.local_oid], []).append(ref)
    return tuple(Subject(commit, tuple(lines)) for commit, lines in found.items())


def read_check(
    name: CheckName,
    subject: Subject,
    findings: Iterable[Finding],
    summary: str,
    duration_ms: int,
) -> GateCheck:
    """The check of what reads code: an error refuses the push, a warning is shown."""
    kept = tuple(each for each in in_order(findings) if each.severity != "info")
    return GateCheck(
        name,
        _status(kept),
        duration_ms,
        summary,
        findings=kept,
        commit=subject.commit,
        subject=subject.name,
    )


def broken_check(
    name: CheckName, subject: Subject, message: str, hint: str, duration_ms: int
) -> GateCheck:
    """The check that could not be made: never a pass."""
    item = Item(name, "unknown", message=message, hint=hint)
    return GateCheck(
        name,
        "fail",
        duration_ms,
        "could not be checked",
        items=(item,),
        commit=subject.commit,
        subject=subject.name,
    )


def skipped_check(name: CheckName, reason: str, subject: Subject | None = None) -> GateCheck:
    """The check that is not made, and why."""
    if subject is None:
        return GateCheck(name, "skipped", 0, reason)
    return GateCheck(name, "skipped", 0, reason, commit=subject.commit, subject=subject.name)


def skip_all(refs: tuple[PushedRef, ...], names: Sequence[CheckName], reason: str) -> GateVerdict:
    """The verdict on a push that nobody judges, at the wish of who pushes."""
    checks = tuple(skipped_check(name, reason) for name in names)
    return GateVerdict("skipped", refs, checks, tuple(f"{name}: {reason}" for name in names))


def conclude(
    refs: tuple[PushedRef, ...],
    checks: tuple[GateCheck, ...],
    *,
    skipped: Iterable[str] = (),
    repair: str = "",
    next_actions: Iterable[Action] = (),
) -> GateVerdict:
    """The verdict: refused when any check failed. A skipped check is always named."""
    failed = any(check.status == "fail" for check in checks)
    left_out = [f"{each.name}: {each.summary}" for each in checks if each.status == "skipped"]
    actions = dict.fromkeys(
        [*next_actions, *(item.next for check in checks for item in check.items if item.next)]
    )
    return GateVerdict(
        "fail" if failed else "pass",
        refs,
        checks,
        tuple(dict.fromkeys([*left_out, *skipped])),
        repair,
        tuple(sorted(actions, key=lambda action: not action.safe)),
    )


def _status(findings: tuple[Finding, ...]) -> CheckStatus:
    seen = {finding.severity for finding in findings}
    return "fail" if "error" in seen else "warn" if "warning" in seen else "pass"
