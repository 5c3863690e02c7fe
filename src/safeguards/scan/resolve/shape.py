"""Whether a relationship is written as one thing or as many, by its annotation or its name."""

from __future__ import annotations

from safeguards.scan.interpret.values import truth
from safeguards.scan.project import Relationship


def scalar_score(found: Relationship) -> int:
    """How much a relationship looks like the scalar side of its pair; negative for a list."""
    if found.annotation.name:
        return -2 if found.annotation.is_list else 2
    if "uselist" in found.arguments:
        return -2 if truth(found.arguments["uselist"]) else 2
    return -1 if is_plural(found.key) else 1


def is_plural(name: str) -> bool:
    """Whether an attribute is called as many are."""
    return name.endswith(("s", "children", "people"))
