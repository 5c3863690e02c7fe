"""The journal's API: write runs and pushes, read them back. Where it lies is its store's affair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from safeguards.journal.records import Identity, Push, Run, Told, decode, encode

if TYPE_CHECKING:
    from safeguards.checks import Item

KEEP = 1000
"""Records of a kind that are kept; older ones go when a new one comes."""

SEARCHED = 50
"""Runs that are looked through for the last one that passed."""

Kind = Literal["runs", "syncs", "pushes", "databases", "told"]
"""Every kind is pruned by itself, so that a verify each minute drops no sync. `runs` are verifies;
they have the name that all runs had once. `databases` and `told` hold one document for each
target."""


class Row(NamedTuple):
    """What a store sorts and finds a document by; `at` is ISO 8601 in UTC."""

    id: str
    group: str
    at: str


class Store(Protocol):
    """Keeps documents. Every call raises `UnreachableError` when it cannot."""

    def put(self, kind: Kind, row: Row, document: bytes, *, keep: int) -> None:
        """Write a document or replace the one with its id; drop all but the newest `keep`."""

    def newest(self, kind: Kind, limit: int, *, group: str | None = None) -> tuple[bytes, ...]:
        """The newest documents, newest first."""

    def get(self, kind: Kind, record_id: str) -> bytes | None:
        """The document with this id."""

    def remove(self, kind: Kind, record_id: str) -> None:
        """Drop the document with this id, if there is one."""


class Journal:
    """Runs by target, pushes by remote. Every call raises `UnreachableError` when the store
    cannot be used; what a newer version wrote and this one cannot read is left out.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, run: Run) -> None:
        """Add a run, or replace the one with its id."""
        kind: Kind = "syncs" if run.kind == "sync" else "runs"
        self._store.put(kind, Row(run.id, run.target, run.started_at), encode(run), keep=KEEP)

    def runs(self, limit: int, *, target: str | None = None) -> tuple[Run, ...]:
        """The newest runs, newest first."""
        found = [*self.syncs(limit, target=target), *self._runs("runs", limit, target)]
        return tuple(sorted(found, key=lambda run: (run.started_at, run.id), reverse=True)[:limit])

    def syncs(self, limit: int, *, target: str | None = None) -> tuple[Run, ...]:
        """The newest runs that were to change production, newest first."""
        return self._runs("syncs", limit, target)

    def last_synced(self, target: str | None) -> Run | None:
        """The run that production's commit is from, as far as this journal knows.

        Every other sync left the commit that was there before it, or never came to an end.
        """
        for limit in (SEARCHED, KEEP):
            for run in self.syncs(limit, target=target):
                if run.status == "pass" and run.commit:
                    return run
        return None

    def run(self, run_id: str) -> Run | None:
        """The run with this id."""
        document = self._store.get("syncs", run_id) or self._store.get("runs", run_id)
        return None if document is None else decode(document, Run)

    def write_push(self, push: Push) -> None:
        """Add a push, or replace the one with its id."""
        self._store.put("pushes", Row(push.id, push.remote, push.at), encode(push), keep=KEEP)

    def pushes(self, limit: int, *, remote: str | None = None) -> tuple[Push, ...]:
        """The newest pushes, newest first."""
        decoded = (decode(each, Push) for each in self._store.newest("pushes", limit, group=remote))
        return tuple(push for push in decoded if push is not None)

    def push(self, push_id: str) -> Push | None:
        """The push with this id."""
        document = self._store.get("pushes", push_id)
        return None if document is None else decode(document, Push)

    def verified_counts(self, target: str) -> Mapping[str, int]:
        """The record counts of the last passing run by lower-case name; empty without one."""
        for run in self.runs(SEARCHED, target=target):
            items = [i for check in run.checks if check.name == "records" for i in check.items]
            if run.status == "pass" and items:
                return dict(pair for item in items for pair in _count(item))
        return {}

    def last_containers(self, target: str) -> tuple[str, tuple[Item, ...]]:
        """What was said of the containers when they were looked at last, well or ill, and when;
        nothing where they never were.
        """
        for run in self.runs(SEARCHED, target=target):
            for check in run.checks:
                if check.name == "containers" and any(each.measures for each in check.items):
                    return run.started_at, check.items
        return "", ()

    def pinned(self, target: str) -> Identity | None:
        """The database that this target was first synchronised with."""
        document = self._store.get("databases", target)
        return None if document is None else decode(document, Identity)

    def pin(self, target: str, pinned: Identity, at: str) -> None:
        """Remember which database a target has, instead of an earlier one."""
        self._store.put("databases", Row(target, target, at), encode(pinned), keep=KEEP)

    def unpin(self, target: str) -> None:
        """Forget which database a target has; the next sync remembers the one it finds."""
        self._store.remove("databases", target)

    def told(self, target: str) -> str | None:
        """What the webhook was told last of a target, in the words of `tell`."""
        document = self._store.get("told", target)
        found = None if document is None else decode(document, Told)
        return found.marker if found else None

    def tell(self, target: str, marker: str | None, at: str) -> None:
        """Remember what the webhook was told; None forgets it."""
        if marker is None:
            self._store.remove("told", target)
        else:
            self._store.put("told", Row(target, target, at), encode(Told(marker)), keep=KEEP)

    def _runs(self, kind: Kind, limit: int, target: str | None) -> tuple[Run, ...]:
        decoded = (decode(each, Run) for each in self._store.newest(kind, limit, group=target))
        return tuple(run for run in decoded if run is not None)


def _count(item: Item) -> list[tuple[str, int]]:
    return [(item.subject.lower(), int(item.observed))] if item.observed.isdigit() else []
