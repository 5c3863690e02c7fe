"""The history that revision files describe: heads, roots, and everything that is wrong with it.

Reads `revision`, `down_revision`, `depends_on` and `branch_labels` from the text of each file
and runs nothing. What is not a literal is reported as unreadable, never guessed.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

FaultKind = Literal["unreadable", "duplicate", "missing-parent", "cycle"]

_NAMES = frozenset({"revision", "down_revision", "depends_on", "branch_labels"})


class Revision(msgspec.Struct, frozen=True):
    """One revision file: its id, what it follows, and where it stands.

    `dependencies` are `depends_on`: they order revisions without making a parent.
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

    def missing(self, applied: Iterable[str]) -> tuple[str, ...]:
        """The revisions that a database at `applied` lacks, oldest first."""
        done = self.ancestors(applied)
        lacking = self.ancestors(self.heads) - done
        return tuple(sorted(lacking, key=lambda name: (len(self.ancestors([name])), name)))


def read_graph(files: Mapping[str, bytes]) -> Graph:
    """The graph of these revision files (path → content); faults are values, nothing raises."""
    revisions: dict[str, Revision] = {}
    faults: list[Fault] = []
    for path in sorted(files):
        found = read_revision(path, files[path])
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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Fault("unreadable", path, f"cannot be parsed: {error}")
    values, lines = _assignments(tree)
    if "revision" not in values:
        return None
    try:
        return _revision(path, values, lines["revision"], ast.get_docstring(tree) or "")
    except ValueError as error:
        return Fault("unreadable", path, str(error))


def _assignments(tree: ast.Module) -> tuple[dict[str, ast.expr], dict[str, int]]:
    values: dict[str, ast.expr] = {}
    lines: dict[str, int] = {}
    for node in tree.body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _NAMES:
                assert isinstance(node, (ast.Assign, ast.AnnAssign))
                assert node.value is not None
                values[target.id] = node.value
                lines[target.id] = node.lineno
    return values, lines


def _revision(path: str, values: Mapping[str, ast.expr], line: int, doc: str) -> Revision:
    ids = _names("revision", values)
    if len(ids) != 1:
        raise ValueError("`revision` is not one name")
    return Revision(
        ids[0],
        _names("down_revision", values),
        path,
        line,
        doc.partition("\n")[0].strip(),
        _names("depends_on", values),
        _names("branch_labels", values),
    )


def _names(name: str, values: Mapping[str, ast.expr]) -> tuple[str, ...]:
    if name not in values:
        return ()
    try:
        value = ast.literal_eval(values[name])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise ValueError(f"`{name}` is not a literal") from None
    if value is None:
        return ()
    many = (value,) if isinstance(value, str) else value
    listed = many if isinstance(many, (tuple, list, set, frozenset)) else (many,)
    if not all(isinstance(each, str) and each for each in listed):
        raise ValueError(f"`{name}` is neither a name nor a list of names")
    return tuple(listed)


def _assemble(revisions: dict[str, Revision], faults: list[Fault]) -> Graph:
    labels = {label: r.id for r in revisions.values() for label in r.labels}
    resolved = {
        name: msgspec.structs.replace(
            revision,
            parents=_resolve(revision.parents, revisions, labels),
            dependencies=_resolve(revision.dependencies, revisions, labels),
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


def _resolve(
    names: tuple[str, ...], revisions: Mapping[str, Revision], labels: Mapping[str, str]
) -> tuple[str, ...]:
    """Full ids for what Alembic also accepts: a branch label, or the unambiguous start of an id."""
    return tuple(_full_id(name, revisions, labels) for name in names)


def _full_id(name: str, revisions: Mapping[str, Revision], labels: Mapping[str, str]) -> str:
    if name in revisions:
        return name
    if name in labels:
        return labels[name]
    starts = [each for each in revisions if each.startswith(name)] if len(name) >= 4 else []
    return starts[0] if len(starts) == 1 else name


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
