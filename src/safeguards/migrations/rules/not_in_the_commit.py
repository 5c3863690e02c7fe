"""A part of the history that is on this machine is not in git, so no deployment gets it.

## What it does
Names revision files that git ignores (an error) or does not track (a warning: `git add` may still
come), and an `alembic.ini` without its `env.py`.

## Why this breaks production
Here `alembic upgrade head` works: the file is there. The image that is built from the commit has
no such file. Its code expects a table that no migration makes, or `alembic` does not start at all.
A pattern such as `versions/` or `0*.py` in some `.gitignore` does it without a word.

## Example
```python
# .gitignore
versions/

# versions/018.py
revision = "018"
down_revision = None


def upgrade(): ...
```

## Use instead
Take the pattern out of `.gitignore`, or except the folder from it (`!migrations/versions/*.py`),
and add the file.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from shlex import quote

from safeguards.findings import Place
from safeguards.migrations.history import Question
from safeguards.migrations.registry import Fault, rule


@rule("SG208", "not-in-the-commit")
def check(question: Question) -> Iterator[Fault]:
    """Find what the commit lacks of the history."""
    now = question.now
    for path in sorted(question.ignored):
        yield Fault(
            Place(path),
            "git ignores this revision: no commit, and no image built from one, will have it",
            f"`git check-ignore -v {quote(path)}` names the pattern; or add the file: "
            f"git add --force {quote(path)}",
        )
    for path in sorted(question.untracked):
        yield Fault(
            Place(path),
            "git does not track this revision: the commit will not have it",
            f"git add {quote(path)}",
            severity="warning",
        )
    if not now.has_env:
        script = now.environment.script_location
        yield Fault(
            Place(now.config),
            f"{posixpath.join(script, 'env.py')} is not in what is judged: no alembic command runs",
            "Add it, or correct script_location.",
        )
