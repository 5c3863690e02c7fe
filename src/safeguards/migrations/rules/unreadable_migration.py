"""A revision file that Alembic cannot load, or that does not say where it belongs.

## What it does
Parses every file that Alembic would load, and names syntax errors, conflicts that git left,
missing `revision`, `down_revision` or `upgrade`, and values that are no literals: names, lists of
names, or what is made of such constants in the same file. A file of settings that names no
environment in this project is a warning.

## Why this breaks production
One such file is enough for every `alembic` command to end with a traceback, whatever it was
asked. Where a value is computed when the file is run, Alembic may get along, but what the history
is then depends on the machine, and nobody can check it beforehand.

## Example
```python
# versions/018.py
revision = "018"


def upgrade(): ...
```

## Use instead
```python
# versions/018.py
revision: str = "018"
down_revision: str | None = None


def upgrade(): ...
```
Helpers that are no migration belong beside the folder, or get a name that starts with
`__init__`: Alembic loads every other `.py` file in it.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.findings import Place
from safeguards.migrations.history import Question
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.revision_file import PARENT, REVISION, RevisionFile


@rule("SG205", "unreadable-migration")
def check(question: Question) -> Iterator[Fault]:
    """Find files that end every command of Alembic."""
    for path, file in sorted(question.now.files.items()):
        for problem in file.problems:
            spot = problem.spot
            place = Place(path, spot.line, spot.column, spot.end_line)
            yield Fault(place, problem.message, _way_out(file))
        if not file.broken:
            missing = list(_missing(file))
            if missing:
                yield Fault(
                    Place(path),
                    f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: "
                    "every alembic command fails on this file",
                    "Add what is missing, or move the file out of the folder of revisions.",
                )


def _missing(file: RevisionFile) -> Iterator[str]:
    if REVISION not in file.spots and file.id is None:
        yield "`revision`"
    if PARENT not in file.spots:
        yield "`down_revision`"
    if not file.upgrades:
        yield "`upgrade`"


def _way_out(file: RevisionFile) -> str:
    if file.broken:
        return "Repair it, or move it out of the folder of revisions."
    return "Write the ids as plain strings; None where there is none."
