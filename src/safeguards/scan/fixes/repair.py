"""Fix a project: apply what can be applied, look again, keep only what made it better."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec

from safeguards.findings import Edit, Finding
from safeguards.scan.fixes.apply import apply, overlap

Files = Mapping[str, bytes]
Judge = Callable[[Files], tuple[Finding, ...]]
Key = tuple[str, str, str, str | None]

TRIALS = 24
"""Scans that telling which fixes work may take; what is not tried by then is not offered."""


class Repaired(msgspec.Struct, frozen=True):
    """The outcome: all files as they should be, and the findings that were fixed."""

    files: Files
    fixed: tuple[Finding, ...]


def repair(files: Files, judge: Judge, *, unsafe: bool) -> Repaired:
    """Apply the safe fixes, with `unsafe` all of them.

    A fix is kept only if its finding is gone afterwards and no other one has come, but for
    warnings that an error had hidden: SQLAlchemy had not come as far.
    """
    return _Repair(files, judge, judge(files), unsafe=unsafe).run()


def that_work(files: Files, judge: Judge, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What the judge finds in the files; only fixes that were tried and work are left.

    They work in this order: all safe ones, then the others. One alone may show what another
    would have mended.
    """
    findings = tuple(findings)
    wanted = frozenset(_key(finding) for finding in findings if finding.fix is not None)
    if not wanted:
        return findings
    trial = _Repair(files, judge, findings, unsafe=True, wanted=wanted, trials=TRIALS)
    trial.try_each()
    work = {_key(finding) for finding in trial.fixed}
    return tuple(
        each if each.fix is None or _key(each) in work else msgspec.structs.replace(each, fix=None)
        for each in findings
    )


class _Repair:
    """`wanted` are the findings to fix, None all; `trials` how often the judge may be asked."""

    def __init__(
        self,
        files: Files,
        judge: Judge,
        findings: tuple[Finding, ...],
        *,
        unsafe: bool,
        wanted: frozenset[Key] | None = None,
        trials: float = math.inf,
    ) -> None:
        self._files = dict(files)
        self._judge = judge
        self._unsafe = unsafe
        self._findings = findings
        self._wanted = wanted
        self._trials = trials
        self._refused: set[Key] = set()
        self.fixed: list[Finding] = []

    def run(self) -> Repaired:
        """Ends: every pass but the last leaves fewer errors, or as many and fewer warnings."""
        before = -1
        while len(self.fixed) > before:
            before = len(self.fixed)
            self._refused.clear()  # what was fixed since may have been in their way
            self.try_each()
        return Repaired(self._files, tuple(self.fixed))

    def try_each(self) -> None:
        """Try every fix until it is kept or refused once; the safe ones come first."""
        while self._trials > 0 and (chosen := self._chosen()):
            self._keep_best(chosen)

    def _chosen(self) -> list[Finding]:
        """What is tried next: the safe fixes, and when there are none, the others."""
        return self._apart(safe=True) or (self._apart(safe=False) if self._unsafe else [])

    def _apart(self, *, safe: bool) -> list[Finding]:
        chosen: list[Finding] = []
        edits: list[Edit] = []
        for finding in self._findings:
            fix = finding.fix
            if fix is None or fix.safe is not safe or not self._open(_key(finding)):
                continue
            if not overlap(edits, fix.edits):
                chosen.append(finding)
                edits.extend(fix.edits)
        return chosen

    def _open(self, key: Key) -> bool:
        return key not in self._refused and (self._wanted is None or key in self._wanted)

    def _keep_best(self, chosen: list[Finding]) -> None:
        """Apply these together; if that is no good, half of them, down to a single one."""
        self._trials -= 1
        files = self._applied(chosen)
        findings = self._judge(files) if files is not None else ()
        if files is not None and self._better(chosen, findings):
            self._files, self._findings = files, findings
            self.fixed += chosen
        elif len(chosen) == 1:
            self._refused.add(_key(chosen[0]))
        else:
            self._keep_best(chosen[: len(chosen) // 2])

    def _applied(self, chosen: list[Finding]) -> dict[str, bytes] | None:
        edits: dict[str, list[Edit]] = {}
        for finding in chosen:
            for edit in finding.fix.edits if finding.fix else ():
                edits.setdefault(edit.path, []).append(edit)
        try:
            changed = {path: apply(self._files[path], each) for path, each in edits.items()}
        except (KeyError, ValueError):
            return None
        return self._files | changed

    def _better(self, chosen: list[Finding], after: Iterable[Finding]) -> bool:
        old, new = Counter(map(_key, self._findings)), Counter(map(_key, after))
        if Counter(map(_key, chosen)) - (old - new):
            return False
        may_warn = all(finding.severity == "error" for finding in chosen)
        come = new - old
        return not any(
            _key(each) in come and not (may_warn and each.severity != "error") for each in after
        )


def _key(finding: Finding) -> Key:
    """What a finding is known by while the lines move; one without a model by its message."""
    subject = finding.model if finding.model is not None else finding.message
    return (finding.rule, finding.place.path, subject, finding.relationship)
