"""The journal's API: write a run, read runs back. Where it lies is its store's business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from safeguards.journal.records import Run, decode, encode

if TYPE_CHECKING:
    from safeguards.checks import Item

KEEP = 1000
"""Runs that are kept; older ones go when a new one comes."""

SEARCHED = 50
"""Runs that are looked through for the last one that passed."""


class Store(Protocol):
    """Keeps documents. Every call raises `UnreachableError` when it cannot."""

    def put(self, row: tuple[str, str, str, str], document: bytes, *, keep: int) -> None:
        """Write or replace (id, kind, target, started_at); drop all but the newest `keep`."""

    def newest(self, limit: int, *, target: str | None = None) -> tuple[bytes, ...]:
        """The newest documents, newest first."""


class Journal:
    """Runs, newest first. Every call raises `UnreachableError` when the store cannot be used."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, run: Run) -> None:
        """Add a run, or replace the one with its id."""
        row = (run.id, run.kind, run.target, run.started_at)
        self._store.put(row, encode(run), keep=KEEP)

    def runs(self, limit: int, *, target: str | None = None) -> tuple[Run, ...]:
        """The newest runs; what a newer version wrote and this one cannot read is left out."""
        decoded = (decode(document) for document in self._store.newest(limit, target=target))
        return tuple(run for run in decoded if run is not None)

    def verified_counts(self, target: str) -> Mapping[str, int]:
        """The record counts of the last passing run by lower-case name; empty without one."""
        for run in self.runs(SEARCHED, target=target):
            items = [i for check in run.checks if check.name == "records" for i in check.items]
            if run.status == "pass" and items:
                return dict(pair for item in items for pair in _count(item))
        return {}


def _count(item: Item) -> list[tuple[str, int]]:
    return [(item.subject.lower(), int(item.observed))] if item.observed.isdigit() else []
