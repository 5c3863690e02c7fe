"""Two files have the same revision id, or the same branch label.

## What it does
Compares the ids and branch labels of all files, also across the version locations of one
environment. A label may not be an id either.

## Why this breaks production
Alembic warns, keeps the file that it happens to read last, and then says "Multiple head
revisions are present" or "Requested revision overlaps". Where it does run, one of the two
migrations is never applied, and nothing says so. It starts with a file that was copied, or with
two branches that both count on: `018`.

## Example
```python
# versions/018_phone.py
revision = "018"
down_revision = None


def upgrade(): ...

# versions/018_email.py
revision = "018"
down_revision = None


def upgrade(): ...
```

## Use instead
Give the file that is not pushed yet the next id, and let it follow the other one.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Related
from safeguards.migrations.history import Question
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.revision_file import LABEL


@rule("SG204", "duplicate-revision-id")
def check(question: Question) -> Iterator[Fault]:
    """Find ids and labels that are taken."""
    now = question.now
    live = {path for history in question.before or () for path in history.files}
    for name, paths in now.by_id.items():
        # The file that is already live keeps its id.
        first, *others = sorted(paths, key=lambda path: (path not in live, path))
        for path in others:
            yield Fault(
                now.place(path),
                f"revision {name} is also in {first}: Alembic loses one of them",
                "Give the newer file an id of its own, and let it follow the other one.",
                related=(Related(now.place(first), f"revision {name}"),),
            )
    taken: dict[str, str] = {name: paths[0] for name, paths in now.by_id.items()}
    for path, file in sorted(now.files.items()):
        for label in file.labels:
            if label in taken:
                yield Fault(
                    now.place(path, LABEL),
                    f"branch label {label} is already taken in {taken[label]}: "
                    "Alembic refuses the whole history",
                    "Choose another label.",
                    related=(Related(now.place(taken[label]), label),),
                )
            taken.setdefault(label, path)
