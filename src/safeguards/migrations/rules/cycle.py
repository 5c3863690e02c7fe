"""The history has no single beginning: revisions follow each other in a circle, or start anew.

## What it does
Finds revisions that follow or depend on each other or themselves, and second beginnings: a
`down_revision = None` whose revisions nothing joins to the rest. Histories that are meant to be
separate are left alone when every head has a branch label of its own.

## Why this breaks production
With a circle, every `alembic` command ends with `CycleDetected`. With a second beginning,
`alembic upgrade head` ends with "Multiple head revisions are present" and applies nothing.

## Example
```python
# versions/001.py
revision = "001"
down_revision = None


def upgrade(): ...

# versions/002.py
revision = "002"
down_revision = None


def upgrade(): ...
```

## Use instead
`down_revision = "001"` in `002.py`. Two histories that are meant to be two get a label each:
`branch_labels = ("billing",)` in the first revision of it.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.migrations.branches import listed, parts, unnamed_heads
from safeguards.migrations.history import History, Question
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.revision_file import DEPENDENCY, PARENT


@rule("SG203", "cycle")
def check(question: Question) -> Iterator[Fault]:
    """Find circles, and beginnings beyond the first."""
    now = question.now
    circled = False
    for fault in now.graph.faults:
        if fault.kind == "cycle":
            circled = True
            yield _circle(now, fault.revisions)
    if not circled and now.whole and unnamed_heads(now.graph):
        yield from _beginnings(now)


def _circle(now: History, names: tuple[str, ...]) -> Fault:
    first, *others = names
    if others:
        message = f"revisions {listed(names)} follow or depend on each other"
    else:
        message = f"revision {first} follows or depends on itself"
    return Fault(
        now.place(now.graph.revisions[first].path, _variable(now, first, names)),
        f"{message}: Alembic reads no such history",
        "Let one of them name the revision that came before all of them.",
        related=tuple(
            Related(now.place(now.graph.revisions[name].path, _variable(now, name, names)), name)
            for name in others[:5]
        ),
    )


def _variable(now: History, name: str, circle: tuple[str, ...]) -> str:
    return PARENT if set(now.graph.revisions[name].parents) & set(circle) else DEPENDENCY


def _beginnings(now: History) -> Iterator[Fault]:
    """The roots of every part of the history but the largest that has one."""
    rooted = [roots for part in parts(now.graph) if (roots := sorted(part & now.graph.roots))]
    if len(rooted) < 2:
        return
    first = rooted[0][0]
    for roots in rooted[1:]:
        for root in roots:
            yield Fault(
                now.place_of(root),
                f"revision {root} begins a second history beside that of {first}: "
                "`alembic upgrade head` applies neither",
                "Let it follow the newest revision of the other one, or give each history a "
                "branch label of its own.",
                related=(Related(now.place_of(first), f"the history of {first} begins here"),),
            )
