"""What came of applying some fixes together, and which of them may have spoilt it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from safeguards.findings import Edit, Finding, Place

Key = tuple[str, str, str, str | None]
Line = tuple[str, int]
K = TypeVar("K")

_LINE_END = re.compile("\r\n|\r|\n")
_WORD = re.compile(r"\w+")


def key_of(finding: Finding) -> Key:
    """What a finding is known by while the lines move; one without a model by its message."""
    subject = finding.model if finding.model is not None else finding.message
    return (finding.rule, finding.place.path, subject, finding.relationship)


class Outcome(msgspec.Struct, frozen=True):
    """`vain` are those of the chosen findings that are still there; `come` are new ones."""

    chosen: Sequence[Finding]
    vain: tuple[Finding, ...]
    come: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether all chosen findings are gone and none has come."""
        return not self.vain and not self.come


def outcome(
    chosen: Sequence[Finding], before: Iterable[Finding], after: Iterable[Finding]
) -> Outcome:
    """Compare what was found before and after the fixes of the chosen findings.

    Warnings may come where only errors were fixed, which had hidden them.
    """
    after = tuple(after)
    old, new = Counter(map(key_of, before)), Counter(map(key_of, after))
    stay = Counter(map(key_of, chosen)) - (old - new)
    come = new - old
    if all(finding.severity == "error" for finding in chosen):
        counted = [finding for finding in after if finding.severity == "error"]
    else:
        counted = list(after)
    return Outcome(
        chosen,
        tuple(finding for finding in chosen if key_of(finding) in stay),
        tuple(finding for finding in counted if key_of(finding) in come),
    )


def suspects(seen: Outcome) -> frozenset[int]:
    """The positions of the chosen findings whose fixes may be to blame for a bad outcome.

    A guess: it decides what is tried next, never what is kept. A finding that is still there is
    suspect; one that has come speaks of a line, a class or a file that a fix was about.
    """
    chosen, vain = seen.chosen, set(seen.vain)
    found = {at for at, finding in enumerate(chosen) if finding in vain}
    touched = _Touched(chosen)
    quiet = {at for at, finding in enumerate(chosen) if finding.severity != "error"}
    for come in seen.come:
        able = set(range(len(chosen))) if come.severity == "error" else quiet
        near = (each & able for each in touched.near(come))
        found |= next(filter(None, near), set() if come.severity == "error" else quiet)
    return frozenset(found)


class _Touched:
    """What each of some fixes is about: lines as they are after all of them, classes, files."""

    def __init__(self, chosen: Sequence[Finding]) -> None:
        self._by_line: dict[Line, set[int]] = defaultdict(set)
        self._by_model: dict[str, set[int]] = defaultdict(set)
        self._by_path: dict[str, set[int]] = defaultdict(set)
        edits: dict[str, list[tuple[Edit, int]]] = defaultdict(list)
        for at, finding in enumerate(chosen):
            self._by_path[finding.place.path].add(at)
            if finding.model is not None:
                self._by_model[finding.model].add(at)
            for edit in finding.fix.edits if finding.fix else ():
                edits[edit.path].append((edit, at))
        moved = {path: self._enter(path, each) for path, each in edits.items()}
        for at, finding in enumerate(chosen):
            place = finding.place
            by = moved[place.path](place) if place.path in moved else 0
            for line in _lines(place):
                self._by_line[place.path, line + by].add(at)

    def near(self, come: Finding) -> Iterator[set[int]]:
        """The fixes that a finding may be about, the most certain ones first."""
        places = [come.place, *(related.place for related in come.related)]
        lines = [(place.path, line) for place in places for line in _lines(place)]
        yield _joined(self._by_line, lines)
        yield _joined(self._by_model, _WORD.findall(f"{come.model} {come.message}"))
        yield _joined(self._by_path, [place.path for place in places])

    def _enter(self, path: str, edits: list[tuple[Edit, int]]) -> _Moved:
        """Enter the lines that the edits of a file make; tells how far other lines move."""
        moved = _Moved()
        for edit, at in sorted(edits, key=lambda each: each[0].start):
            self._by_path[path].add(at)
            first = edit.start[0] + moved.by
            more = len(_LINE_END.findall(edit.text))
            for line in range(first, first + more + 1):
                self._by_line[path, line].add(at)
            moved.add(edit.start, more - (edit.end[0] - edit.start[0]))
        return moved


class _Moved:
    """How many lines further down a place of a file is after edits."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []
        self._sums: list[int] = [0]

    @property
    def by(self) -> int:
        """The lines that all edits so far have added."""
        return self._sums[-1]

    def add(self, start: tuple[int, int], lines: int) -> None:
        """Enter an edit that starts behind those before it."""
        self._starts.append(start)
        self._sums.append(self.by + lines)

    def __call__(self, place: Place) -> int:
        return self._sums[bisect_right(self._starts, (place.line, place.column - 2))]


def _lines(place: Place) -> range:
    return range(place.line, max(place.line, place.end_line) + 1)


def _joined(found: Mapping[K, set[int]], keys: Iterable[K]) -> set[int]:
    return set().union(*(found.get(key, ()) for key in keys))
