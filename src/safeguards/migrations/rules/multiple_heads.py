"""Two revisions follow the same one, and nothing joins them again.

## What it does
Names the newest revisions ("heads") of a history that has more than one. Histories that are
meant to run side by side are left alone: each head then has a branch label that leads to it
alone, so that `alembic upgrade LABEL@head` is clear.

## Why this breaks production
`alembic upgrade head` ends with "Multiple head revisions are present" and applies nothing. It
happens when two people write a migration on the same day: both branches are right, git merges
them without a conflict, and the next deployment starts new code on the old schema.

## Example
```python
# versions/017.py
revision = "017"
down_revision = None


def upgrade(): ...

# versions/018_phone.py
revision = "018"
down_revision = "017"


def upgrade(): ...

# versions/019_email.py
revision = "019"
down_revision = "017"


def upgrade(): ...
```

## Use instead
Let the one that is not pushed yet follow the other one: `down_revision = "018"` in
`019_email.py`. Where both are pushed, `alembic merge -m "merge heads" 018 019` writes a revision
that follows both. Branches that are meant to stay apart get labels: `branch_labels = ("mail",)`.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safeguards.findings import Related
from safeguards.migrations.branches import line_of, listed, own_start, parts, unnamed_heads
from safeguards.migrations.history import History, Question
from safeguards.migrations.registry import Fault, rule


@rule("SG201", "multiple-heads")
def check(question: Question) -> Iterator[Fault]:
    """Find heads that belong to one history, where some have no label of their own."""
    now = question.now
    unnamed = unnamed_heads(now.graph)
    # A file that cannot be read, or an id used twice, makes heads that are none.
    if not unnamed or not now.whole:
        return
    for members in parts(now.graph):
        heads = sorted(now.graph.heads & members)
        if len(heads) > 1 and members.intersection(unnamed):
            yield _fault(question, heads)


def _fault(question: Question, heads: list[str]) -> Fault:
    now = question.now
    graph = now.graph
    lines = {head: line_of(graph, head) for head in heads}
    new = [head for head in heads if question.before is not None and head not in question.live]
    moved = new[-1] if new else max(heads, key=lambda each: graph.revisions[each].path)
    start = own_start(lines, moved, graph)
    others = [head for head in heads if head != moved]
    return Fault(
        now.place_of(start),
        f"{len(heads)} heads, {listed(heads)}: `alembic upgrade head` applies none of them",
        _way_out(now, start, others, merge=heads, pushed=question.before is not None and not new),
        related=tuple(
            Related(now.place_of(head), f"head {head}{_title(now, head)}") for head in others
        ),
    )


def _way_out(
    now: History, start: str, others: list[str], *, merge: Iterable[str], pushed: bool
) -> str:
    joined = f'alembic merge -m "merge heads" {" ".join(merge)}'
    if pushed or len(others) > 1:
        return f"Join them: {joined}"
    path = now.graph.revisions[start].path
    return f'Let it follow the other one: down_revision = "{others[0]}" in {path}; or: {joined}'


def _title(now: History, head: str) -> str:
    message = now.graph.revisions[head].message
    return f" ({message})" if message else ""
