"""What could not be known from the text.

## What it does
Lists, with `-v`, each relationship that was not judged and why: its target is computed, a base
class lives in another package, arguments are passed by `**`. It is counted as `undecided` and
is never an error.

## Why this breaks production
It may not. `safeguards` does not guess; `scan` says what it could not see, so that silence is
never taken for health.

## Example
```python
from clinic.choices import choose_target, options


class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
    owner = relationship(choose_target(), **options)
```

## Use instead
Nothing has to change. Where it is easy, write the target and the keys out.

## Fix safety
There is no automatic fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.scan.project import Relationship
from safeguards.scan.registry import Fault, relationship_fault, rule
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.rules.secondary_not_table import secondary_fault


@rule("SG199", "undecided")
def check(resolution: Resolution) -> Iterator[Fault]:
    """Name each relationship on which no rule about joins could decide."""
    for found in resolution.project.relationships:
        reason = _reason(resolution, found)
        if reason:
            yield relationship_fault(
                found, f"{found.label} was not judged: {reason}", severity="info"
            )


def _reason(resolution: Resolution, found: Relationship) -> str:
    if found.missing or resolution.unknown_name(found) is not None:
        return ""
    if resolution.expressions.misuse(found) or resolution.early.find(found):
        return ""
    if resolution.duplicates.of(found) is not None:
        return ""
    if secondary_fault(resolution, found) is not None:
        return ""
    if found.target is None or found.secondary_unsure:
        return found.unsure or found.secondary_unsure
    joins = [resolution.joins.primary(found)]
    if found.secondary is not None:
        joins.append(resolution.joins.secondary(found))
    return next((join.reason for join in joins if join.kind == "unsure" or join.keys), "")
