"""The history that revision files describe: heads, roots, and everything that is wrong with it.

Reads `revision`, `down_revision`, `depends_on` and `branch_labels` from the text of each file
and runs nothing. What is not a literal is reported as unreadable, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from safeguards.migrations.revision_file import REVISION, RevisionFile, read_file

FaultKind = Literal["unreadable", "duplicate", "missing-parent", "cycle"]


class Revision(msgspec.Struct, frozen=True):
    """One revision file: its id, what it follows, and where it stands.

    `dependencies` are `depends_on`: they order revisions without making a parent. Alembic takes
    a branch label there; for a parent, as for all else, it wants the whole id.
    """

    id: str
    parents: tuple[str, ...]
    path: str
    line: int = 1
    message: str = ""
    dependencies: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Fault(msgspec.Struct, frozen=True):
    """Something wrong with the history. `revisions` are the ids it speaks of."""

    kind: FaultKind
    path: str
    message: str
    revisions: tuple[str, ...] = ()


class Graph(msgspec.Struct, frozen=True):
    """All revisions by id, with what follows from them."""

    revisions: Mapping[str, Revision]
    heads: frozenset[str]
    roots: frozenset[str]
    faults: tuple[Fault, ...] = ()

    def ancestors(self, ids: Iterable[str]) -> frozenset[str]:
        """These revisions and everything they follow or depend on, as far as it is known."""
        seen: set[str] = set()
        pending = list(ids)
        while pending:
            current = pending.pop()
            revision = self.revisions.get(current)
            if revision is None or current in seen:
                continue
            seen.add(current)
            pending += [*revision.parents, *revision.dependencies]
        return frozenset(seen)

    def descendants(self, name: str) -> frozenset[str]:
        """This revision and everything that follows or depends on it."""
        children: dict[str, list[str]] = {}
        for revision in self.revisions.values():
            for parent in (*revision.parents, *revision.dependencies):
                children.setdefault(parent, []).append(revision.id)
        seen: set[str] = set()
        pending = [name]
        while pending:
            current = pending.pop()
            if current not in seen:
                seen.add(current)
                pending += children.get(current, ())
        return frozenset(seen)

    def missing(self, applied: Iterable[str]) -> tuple[str, ...]:
        """The revisions that a database at `applied` lacks, oldest first."""
        done = self.ancestors(applied)
        lacking = self.ancestors(self.heads) - done
        return tuple(sorted(lacking, key=lambda name: (len(self.ancestors([name])), name)))

    def newest_first(self) -> tuple[str, ...]:
        """Every revision before all that it follows or depends on, each branch in one piece.

        Those that follow each other come last.
        """
        before = {
            name: [p for p in dict.fromkeys((*r.parents, *r.dependencies)) if p in self.revisions]
            for name, r in self.revisions.items()
        }
        followers = dict.fromkeys(self.revisions, 0)
        for parents in before.values():
            for parent in parents:
                followers[parent] += 1
        ready = sorted((name for name, count in followers.items() if not count), reverse=True)
        order: list[str] = []
        while ready:
            order.append(ready.pop())
            for parent in reversed(before[order[-1]]):
                followers[parent] -= 1
                if not followers[parent]:
                    ready.append(parent)
        return (*order, *sorted(set(self.revisions).difference(order)))


def read_graph(files: Mapping[str, bytes]) -> Graph:
    """The graph of these revision files (path → content); faults are values, nothing raises."""
    return graph_of({path: read_revision(path, content) for path, content in files.items()})


def graph_of(read: Mapping[str, Revision | Fault | None]) -> Graph:
    """The graph of files that were read, by path; None is a file without a revision."""
    revisions: dict[str, Revision] = {}
    faults: list[Fault] = []
    for path in sorted(read):
        found = read[path]
        if isinstance(found, Fault):
            faults.append(found)
        elif found is not None and found.id in revisions:
            other = revisions[found.id].path
            faults.append(
                Fault("duplicate", path, f"revision {found.id} is also in {other}", (found.id,))
            )
        elif found is not None:
            revisions[found.id] = found
    return _assemble(revisions, faults)


def read_revision(path: str, content: bytes) -> Revision | Fault | None:
    """The revision in one file; None when the file assigns no `revision` at all."""
    return as_revision(path, read_file(content))


def as_revision(path: str, file: RevisionFile) -> Revision | Fault | None:
    """The same for a file that was read. That it has no `upgrade` is no matter here."""
    if file.problems and (file.broken or REVISION in file.spots):
        return Fault("unreadable", path, file.problems[0].message)
    if file.id is None:
        return None
    return Revision(
        file.id,
        file.parents,
        path,
        file.spot(REVISION).line,
        file.message,
        file.dependencies,
        file.labels,
    )


def _assemble(revisions: dict[str, Revision], faults: list[Fault]) -> Graph:
    labels = {label: r.id for r in revisions.values() for label in r.labels}
    resolved = {
        name: msgspec.structs.replace(
            revision, dependencies=tuple(labels.get(d, d) for d in revision.dependencies)
        )
        for name, revision in revisions.items()
    }
    parents = {parent for revision in resolved.values() for parent in revision.parents}
    for revision in resolved.values():
        faults += [
            Fault(
                "missing-parent",
                revision.path,
                f"revision {revision.id} follows {parent}, which is in no file",
                (revision.id, parent),
            )
            for parent in (*revision.parents, *revision.dependencies)
            if parent not in resolved
        ]
    faults += _cycles(resolved)
    heads = frozenset(resolved) - parents
    roots = frozenset(name for name, revision in resolved.items() if not revision.parents)
    return Graph(resolved, heads, roots, tuple(faults))


def _cycles(revisions: Mapping[str, Revision]) -> list[Fault]:
    """One fault that names every revision whose ancestry never ends (Kahn's algorithm)."""
    waiting = {
        name: {p for p in (*revision.parents, *revision.dependencies) if p in revisions}
        for name, revision in revisions.items()
    }
    children: dict[str, list[str]] = {name: [] for name in waiting}
    for name, needs in waiting.items():
        for parent in needs:
            children[parent].append(name)
    ready = [name for name, needs in waiting.items() if not needs]
    while ready:
        done = ready.pop()
        del waiting[done]
        for child in children[done]:
            waiting[child].discard(done)
            if not waiting[child] and child not in ready:
                ready.append(child)
    stuck = _trim_tails(waiting)
    if not stuck:
        return []
    names = tuple(sorted(stuck))
    return [
        Fault(
            "cycle",
            revisions[names[0]].path,
            f"revisions follow each other: {', '.join(names)}",
            names,
        )
    ]


def _trim_tails(waiting: Mapping[str, set[str]]) -> set[str]:
    """Only what lies on a cycle: what merely descends from one has no child among the stuck."""
    stuck = set(waiting)
    while True:
        used = {parent for name in stuck for parent in waiting[name] & stuck}
        if used == stuck:
            return stuck
        stuck &= used
