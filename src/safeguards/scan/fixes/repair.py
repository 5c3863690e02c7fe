"""Fix a project: apply what can be applied, look again, keep only what made it better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec

from safeguards.findings import Edit, Finding
from safeguards.scan.fixes.apply import apply, overlap

Files = Mapping[str, bytes]
Judge = Callable[[Files], tuple[Finding, ...]]
Key = tuple[str, str, str | None, str | None]


class Repaired(msgspec.Struct, frozen=True):
    """The outcome: all files as they should be, and the findings that were fixed."""

    files: Files
    fixed: tuple[Finding, ...]


def repair(files: Files, judge: Judge, *, unsafe: bool) -> Repaired:
    """Apply the safe fixes, with `unsafe` all of them.

    A fix is kept only if its finding is gone afterwards and no other one has come, but for
    warnings that an error had hidden: SQLAlchemy had not come as far.
    """
    return _Repair(files, judge, unsafe=unsafe).run()


class _Repair:
    def __init__(self, files: Files, judge: Judge, *, unsafe: bool) -> None:
        self._files = dict(files)
        self._judge = judge
        self._unsafe = unsafe
        self._findings = judge(files)
        self._refused: set[Key] = set()
        self._fixed: list[Finding] = []

    def run(self) -> Repaired:
        while chosen := self._chosen():  # ends: each round takes a finding or refuses a fix
            self._keep_best(chosen)
        return Repaired(self._files, tuple(self._fixed))

    def _chosen(self) -> list[Finding]:
        chosen: list[Finding] = []
        edits: list[Edit] = []
        for finding in self._findings:
            fix = finding.fix
            if fix is None or not (fix.safe or self._unsafe) or _key(finding) in self._refused:
                continue
            if not overlap(edits, fix.edits):
                chosen.append(finding)
                edits.extend(fix.edits)
        return chosen

    def _keep_best(self, chosen: list[Finding]) -> None:
        """Apply these together; if that is no good, half of them, down to a single one."""
        files = self._applied(chosen)
        findings = self._judge(files) if files is not None else ()
        if files is not None and self._better(chosen, findings):
            self._files, self._findings = files, findings
            self._fixed += chosen
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
    return (finding.rule, finding.place.path, finding.model, finding.relationship)
