"""Lines of a history: which heads a label tells apart, and which revisions hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safeguards.migrations.graph import Graph


def line_of(graph: Graph, revision: str) -> frozenset[str]:
    """A revision and everything that it follows; what it depends on is no part of its line."""
    seen: set[str] = set()
    waiting = [revision]
    while waiting:
        current = waiting.pop()
        if current in graph.revisions and current not in seen:
            seen.add(current)
            waiting += graph.revisions[current].parents
    return frozenset(seen)


def unnamed_heads(graph: Graph) -> tuple[str, ...]:
    """The heads that no branch label leads to alone (`alembic upgrade LABEL@head`).

    None where there is one head, or every one is the only head of a label.
    """
    if len(graph.heads) < 2:
        return ()
    heads_of: dict[str, set[str]] = {}
    for head in graph.heads:
        for name in line_of(graph, head):
            if graph.revisions[name].labels:
                heads_of.setdefault(name, set()).add(head)
    own = {next(iter(heads)) for heads in heads_of.values() if len(heads) == 1}
    return tuple(sorted(graph.heads - own))


def parts(graph: Graph) -> tuple[frozenset[str], ...]:
    """The revisions in groups that have no parent in common, the largest group first."""
    group: dict[str, set[str]] = {name: {name} for name in graph.revisions}
    for name, revision in graph.revisions.items():
        for parent in revision.parents:
            if parent in group and group[parent] is not group[name]:
                small, large = sorted((group[parent], group[name]), key=len)
                large |= small
                group.update(dict.fromkeys(small, large))
    different = {id(members): frozenset(members) for members in group.values()}
    return tuple(sorted(different.values(), key=lambda members: (-len(members), min(members))))


def own_start(lines: Mapping[str, frozenset[str]], head: str, graph: Graph) -> str:
    """The first revision of a head's line that no other head shares."""
    others: set[str] = set()
    for other, line in lines.items():
        if other != head:
            others |= line
    current, seen = head, {head}
    while True:
        own = [p for p in graph.revisions[current].parents if p in graph.revisions]
        further = [parent for parent in own if parent not in others and parent not in seen]
        if not further or current in others:
            return current
        current = further[0]
        seen.add(current)


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; the end of a long list is a number."""
    names = list(names)
    if len(names) > 6:
        names = [*names[:5], f"{len(names) - 5} more"]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
