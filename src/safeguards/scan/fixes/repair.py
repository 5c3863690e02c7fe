"""Fix a project: apply what can be applied, look again, keep only what made it better."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import count

import msgspec

from safeguards.contents import digest
from safeguards.findings import Edit, Finding
from safeguards.scan.fixes.apply import apply, overlap
from safeguards.scan.fixes.numbered import Name, Numbers
from safeguards.scan.fixes.outcome import outcome, suspects

Files = Mapping[str, bytes]
Judge = Callable[[Files], tuple[Finding, ...]]
Tick = Callable[[int, int], None]
"""Is told how many fixes of how many are tried."""

TRIES = 3
"""How often the project is judged to tell which safe fixes work, and again for the others."""


REMEMBERED = 32
"""Judgements that are kept: what is left of a group that failed was judged with it."""

Part = tuple[int, list[Name]]
"""How much more than before its fixes are doubted, and whose they are."""


class Repaired(msgspec.Struct, frozen=True):
    """The outcome: all files as they should be, and the findings that were fixed."""

    files: Files
    fixed: tuple[Finding, ...]


def repair(
    files: Files, judge: Judge, *, unsafe: bool, tick: Tick = lambda _done, _all: None
) -> Repaired:
    """Apply the safe fixes, with `unsafe` all of them.

    A fix is kept only if its finding is gone afterwards and no other one has come, but for
    warnings that an error had hidden: SQLAlchemy had not come as far.
    """
    trials = _Trials(files, judge, judge(files), tick=tick)
    before = -1
    while len(trials.fixed) > before:  # every pass leaves fewer errors, or fewer warnings
        before = len(trials.fixed)
        for safe in (True, False) if unsafe else (True,):
            trials.run(safe=safe)
    return Repaired(trials.files, tuple(trials.fixed.values()))


def that_work(
    files: Files,
    judge: Judge,
    findings: Iterable[Finding],
    *,
    wanted: Callable[[Finding], bool] = lambda _finding: True,
) -> tuple[Finding, ...]:
    """What the judge finds in the files; only fixes that were tried and work are left.

    They work in this order: all safe ones, then the others. One alone may show what another
    would have mended. The judge is asked at most 2 * `TRIES` times, however many there are; what
    is not known to work by then is not offered, nor is what is not wanted.
    """
    findings = tuple(findings)
    asked = {each for each in findings if each.fix is not None and wanted(each)}
    work: set[Finding] = set()
    if asked:
        trials = _Trials(files, judge, findings, tries=TRIES)
        names = {finding: name for name, finding in trials.found.items()}
        trials.wanted = {names[each] for each in asked}
        for safe in (True, False):
            trials.run(safe=safe)
        work = {each for each in asked if names[each] in trials.fixed}
    return tuple(
        each if each.fix is None or each in work else msgspec.structs.replace(each, fix=None)
        for each in findings
    )


class _Trials:
    """The state of the files, and what is known of the fixes of their findings.

    `wanted` are the findings to fix, None all; `tries` how often one run may ask the judge.
    """

    def __init__(
        self,
        files: Files,
        judge: Judge,
        findings: tuple[Finding, ...],
        *,
        tries: float = math.inf,
        tick: Tick = lambda _done, _all: None,
    ) -> None:
        self.files = dict(files)
        self.wanted: set[Name] | None = None
        self._numbers = Numbers()
        self.found = self._numbers.named(findings)
        self.fixed: dict[Name, Finding] = {}
        self._refused: dict[Name, int] = {}
        self._before = self.files
        self._judge = judge
        self._answers: dict[frozenset[tuple[str, bytes]], tuple[Finding, ...]] = {}
        self._tries, self._left = tries, tries
        self._tick = tick

    def run(self, *, safe: bool) -> None:
        """Try fixes until each is kept, or refused alone, or the tries are spent.

        All together first. If that is no good, those that nothing speaks against and the others
        by themselves, or two halves; the least suspect are tried first.
        """
        self._left = self._tries
        every = [name for name in self.found if self._is_open(name, safe=safe)]
        serial = count()
        groups = [(0, next(serial), every)]
        while groups:
            self._tick(len(every) - sum(len(names) for _, _, names in groups), len(every))
            doubt, _, names = heapq.heappop(groups)
            names, touching = self._apart(names, safe=safe)
            parts = self._try(names) if names else []
            if parts is None:
                return
            for more, part in [(0, touching), *parts]:
                if part:
                    heapq.heappush(groups, (doubt + more, next(serial), part))

    def _is_open(self, name: Name, *, safe: bool) -> bool:
        """Whether it is to be tried, or again: since it was refused, others were fixed."""
        finding = self.found.get(name)
        if finding is None or finding.fix is None or finding.fix.safe is not safe:
            return False
        unwanted = self.wanted is not None and name not in self.wanted
        return not unwanted and self._refused.get(name, -1) < len(self.fixed)

    def _apart(self, names: list[Name], *, safe: bool) -> tuple[list[Name], list[Name]]:
        """Those that are still open and do not touch each other, and the other open ones."""
        chosen: list[Name] = []
        touching: list[Name] = []
        taken: dict[str, list[Edit]] = {}
        for name in names:
            if not self._is_open(name, safe=safe):
                continue
            edits = self._edits([name])
            if any(overlap(taken.get(path, ()), each) for path, each in edits.items()):
                touching.append(name)
                continue
            chosen.append(name)
            for path, each in edits.items():
                taken.setdefault(path, []).extend(each)
        return chosen, touching

    def _try(self, names: list[Name]) -> list[Part] | None:
        """Keep the fixes of these findings, refuse a single one, or say in which parts to go on.

        None when the tries are spent.
        """
        chosen = [self.found[name] for name in names]
        files = self._applied(names)
        suspect: frozenset[int] = frozenset()
        if files is not None:
            findings = self._judged(files)
            if findings is None:
                return None
            seen = outcome(chosen, self.found.values(), findings)
            if seen.good:
                self._keep(names, files, findings)
                return []
            suspect = suspects(seen)
        if len(names) == 1:
            self._refused[names[0]] = len(self.fixed)
            return []
        if 0 < len(suspect) < len(names):
            others = [name for at, name in enumerate(names) if at not in suspect]
            return [(0, others), (1, [names[at] for at in sorted(suspect)])]
        half = len(names) // 2
        return [(1, names[:half]), (1, names[half:])]

    def _keep(self, names: list[Name], files: Files, findings: tuple[Finding, ...]) -> None:
        self.fixed.update((name, self.found[name]) for name in names)
        self.files = dict(files)
        self._numbers.drop(names)
        self.found = self._numbers.named(findings)

    def _judged(self, files: Files) -> tuple[Finding, ...] | None:
        """What is found in the files; those that were judged before cost no try."""
        key = frozenset(
            (path, digest(data)) for path, data in files.items() if data is not self._before[path]
        )
        if key not in self._answers:
            if self._left <= 0:
                return None
            self._left -= 1
            self._answers[key] = self._judge(files)
            if len(self._answers) > REMEMBERED:
                del self._answers[next(iter(self._answers))]
        return self._answers[key]

    def _edits(self, names: Iterable[Name]) -> dict[str, list[Edit]]:
        found: dict[str, list[Edit]] = {}
        for name in names:
            fix = self.found[name].fix
            for edit in fix.edits if fix is not None else ():
                found.setdefault(edit.path, []).append(edit)
        return found

    def _applied(self, names: list[Name]) -> dict[str, bytes] | None:
        edits = self._edits(names)
        try:
            changed = {path: apply(self.files[path], each) for path, each in edits.items()}
        except (KeyError, ValueError):
            return None
        return self.files | changed
