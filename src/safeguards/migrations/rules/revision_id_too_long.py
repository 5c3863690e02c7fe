"""A revision id does not fit into the column in which Alembic keeps it.

## What it does
Names ids of more than 32 characters, unless `env.py`, the revision itself or one before it makes
`alembic_version.version_num` wider. SQLite, which has no limit, is left alone
(`migrations.dialect`).

## Why this breaks production
The migration runs, and then PostgreSQL refuses to write the id: "value too long for type
character varying(32)". The transaction is rolled back and the schema stays where it was. On a
developer's SQLite it works. Ids like this come from naming revisions after their message.

## Example
```python
# versions/add_the_phone_number_of_the_billing_contact.py
revision = "add_the_phone_number_of_the_billing_contact"
down_revision = None


def upgrade(): ...
```

## Use instead
A shorter id: `revision = "018_billing_phone"`. Where long ids are wanted, widen the column in a
migration that comes before them.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.migrations.history import History, Question
from safeguards.migrations.registry import Fault, rule
from safeguards.migrations.widths import DEFAULT


@rule("SG206", "revision-id-too-long")
def check(question: Question) -> Iterator[Fault]:
    """Find ids that are longer than the version table takes."""
    now = question.now
    if question.dialect == "sqlite":
        return
    long = [name for name in now.by_id if len(name) > max(DEFAULT, now.env_width)]
    widths = _widths(now) if long else {}
    for name in long:
        width = max(DEFAULT, widths.get(name, 0))
        if len(name) > width:
            for path in now.by_id[name]:
                yield Fault(
                    now.place(path),
                    f"revision id {name} has {len(name)} characters, and version_num takes "
                    f"{width}: {question.dialect} refuses it after the migration has run",
                    f"Use an id of at most {width} characters.",
                )


def _widths(now: History) -> Mapping[str, int]:
    """How wide the column is when each revision is written: what is before it counts."""
    found: dict[str, int] = {}
    for file in now.files.values():
        if file.width > DEFAULT and file.id is not None:
            for name in now.graph.descendants(file.id):
                found[name] = max(found.get(name, 0), file.width)
    return found
