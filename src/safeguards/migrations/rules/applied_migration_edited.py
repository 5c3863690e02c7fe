"""A migration that is already live was edited, deleted, or given another parent.

## What it does
Compares the revision files with those of the commit that the remote has. What only differs in
formatting, comments, docstrings, annotations or imports of types is no edit, and neither is a
file that was renamed. In the work tree, and at a commit, the remote-tracking branch of
`push.remote` and the first of `push.branches` is compared, as far as this branch has it.

## Why this breaks production
Alembic applies each id once. A database that has it never sees the edit; one that is made anew
does. From then on production and the tests run on different schemas, and the difference shows up
as an error in some later migration. When the file is gone, every command on production ends with
"Can't locate revision identified by '018'".

## Example
```python
# before: versions/018.py
revision = "018"
down_revision = None


def upgrade():
    op.add_column("contact", Column("phone", String(20)))

# versions/018.py
revision = "018"
down_revision = None


def upgrade():
    op.add_column("contact", Column("phone", String(40)))
```

## Use instead
Restore the file, and write a new revision that makes the change. Where the edit is meant and
production has been taken care of, say so: `# safeguards: ignore[SG207] reason` at the line of
`revision`, or `per-file-ignores` for a file that is gone.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place
from safeguards.migrations.history import History, Question
from safeguards.migrations.meaning import meaning
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.revision_file import PARENT


@rule("SG207", "applied-migration-edited")
def check(question: Question) -> Iterator[Fault]:
    """Find live revisions that are not what they were."""
    now = question.now
    old = next((h for h in question.before or () if _same_environment(h, now)), None)
    if old is None:
        return
    if not now.files and old.by_id:
        yield Fault(
            Place(now.config),
            f"all {len(old.by_id)} live revisions are gone from {now.environment.script_location}",
            "Restore them: production cannot be migrated without its history.",
        )
        return
    elsewhere = {name for history in question.others for name in history.by_id}
    for name, paths in old.by_id.items():
        before = paths[0]
        after = _path_now(now, name, before)
        if after is not None:
            if now.blobs.get(after) != old.blobs.get(before):
                yield from _edited(now, old, name, after, before)
        elif name not in elsewhere and not _unread(now, before):
            yield _gone(now, name, before)


def _same_environment(one: History, other: History) -> bool:
    """The same folder of `env.py`, or moved with everything that it holds."""
    if one.environment.script_location == other.environment.script_location:
        return True
    return one.config == other.config


def _path_now(now: History, name: str, before: str) -> str | None:
    paths = now.by_id.get(name, ())
    return before if before in paths else next(iter(paths), None)


def _unread(now: History, path: str) -> bool:
    """Whether the file is there but does not tell its id: that is another rule's finding."""
    file = now.files.get(path)
    return file is not None and file.id is None


def _edited(now: History, old: History, name: str, after: str, before: str) -> Iterator[Fault]:
    new_text = now.read((after,)).get(after)
    old_text = old.read((before,)).get(before)
    if new_text is None or old_text is None or meaning(new_text) == meaning(old_text):
        return
    was, became = old.files[before].parents, now.files[after].parents
    if was == became:
        yield Fault(
            now.place(after),
            f"revision {name} is already live, and what it does was edited: "
            "databases that have it never see the change",
            "Restore the file, and make the change in a new revision.",
        )
        return
    yield Fault(
        now.place(after, PARENT),
        f"revision {name} is already live, and now follows {_parents(became)} "
        f"instead of {_parents(was)}",
        "Restore its down_revision, and let the new revision follow the newest live one.",
    )


def _gone(now: History, name: str, before: str) -> Fault:
    file = now.files.get(before)
    if file is not None:
        return Fault(
            now.place(before),
            f"revision {name} is already live, and its file now has the id {file.id}",
            "Restore the id: databases know the revision by it.",
        )
    return Fault(
        Place(before),
        f"revision {name} is already live, and its file is gone",
        "Restore it: `alembic` finds no way from a database that is at a revision without a file.",
    )


def _parents(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
