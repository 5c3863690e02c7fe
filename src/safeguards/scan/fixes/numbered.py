"""Tells findings apart that are known by the same key, while others go and lines move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from safeguards.findings import Finding, in_order
from safeguards.scan.fixes.outcome import Key, key_of

Name = tuple[Key, int]


class Numbers:
    """The numbers that the findings of each key have; what is fixed gives its number up."""

    def __init__(self) -> None:
        self._numbers: dict[Key, list[int]] = defaultdict(list)
        self._next: dict[Key, int] = defaultdict(int)

    def named(self, findings: Iterable[Finding]) -> dict[Name, Finding]:
        """The findings by name, in an order that theirs does not change."""
        found: dict[Name, Finding] = {}
        counts: dict[Key, int] = defaultdict(int)
        for finding in in_order(findings):
            key = key_of(finding)
            numbers, at = self._numbers[key], counts[key]
            counts[key] += 1
            if at == len(numbers):
                numbers.append(self._next[key])
                self._next[key] += 1
            found[key, numbers[at]] = finding
        return found

    def drop(self, names: Iterable[Name]) -> None:
        """Forget findings that are gone."""
        for key, number in names:
            self._numbers[key].remove(number)
