"""A revision follows or depends on one that is in no file.

## What it does
Looks up each `down_revision` among the ids, and each `depends_on` among the ids and branch
labels, and names the nearest one that there is. Where git knows the missing revision, it says on
which branch or in which commit. Alembic wants whole ids here, not the start of one.

## Why this breaks production
Every `alembic` command ends with `KeyError: '016'`, whatever it was asked. Mostly the parent was
left on another branch, was not added to the commit, or was deleted after somebody built on it.

## Example
```python
# versions/017.py
revision = "017"
down_revision = "016"


def upgrade(): ...
```

## Use instead
Bring the missing file (`git add`, or merge its branch), or let `down_revision` name the newest
revision that is there.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.migrations.history import History, Question
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.revision_file import DEPENDENCY, PARENT


@rule("SG202", "missing-parent")
def check(question: Question) -> Iterator[Fault]:
    """Find names of parents and dependencies that no file has."""
    now = question.now
    ids = frozenset(now.by_id)
    names = ids | {label for file in now.files.values() for label in file.labels}
    # The id of a file that cannot be parsed: what follows it is right once that is repaired.
    likely = {name for file in now.files.values() for name in file.likely}
    for path, file in sorted(now.files.items()):
        for variable, given, known in (
            (PARENT, file.parents, ids),
            (DEPENDENCY, file.dependencies, names),
        ):
            for name in dict.fromkeys(given):
                if name not in known and name not in likely:
                    yield _fault(question, path, variable, name, known)


def _fault(question: Question, path: str, variable: str, name: str, known: frozenset[str]) -> Fault:
    now = question.now
    verb = "follows" if variable == PARENT else "depends on"
    ways = [_left_out(question, name), question.whereabouts(name), _nearest(now, name, known)]
    return Fault(
        now.place(path, variable),
        f"revision {now.files[path].id or path} {verb} {name}, which is in no file",
        next((way for way in ways if way), "Bring the file of that revision, or correct the id."),
    )


def _left_out(question: Question, name: str) -> str:
    left = sorted(question.ignored | question.untracked)
    found = [path for path in left if name in path.rpartition("/")[2]]
    return f"It may be {found[0]}, which is not in git." if found else ""


def _nearest(now: History, name: str, known: frozenset[str]) -> str:
    if name in {label for file in now.files.values() for label in file.labels}:
        return "That is a branch label; `down_revision` takes ids alone."
    longer = sorted(each for each in known if name and each.startswith(name))
    if len(longer) == 1 and len(name) > 3:
        return f"Write the whole id, {longer[0]}: Alembic wants it in files."
    import difflib  # slow to load, and seldom needed

    near = difflib.get_close_matches(name, sorted(known), 1)
    if not near or near[0] not in now.by_id:
        return ""
    return f"Did you mean {near[0]}, in {now.by_id[near[0]][0]}?"
