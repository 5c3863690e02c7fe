"""The arguments of `relationship(…)` under their names, whatever way they are passed."""

from __future__ import annotations

from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Member,
    Sequence,
    Unknown,
    Value,
)

RELATIONSHIP_KINDS = frozenset({"relationship", "Relationship"})
"""SQLAlchemy's `relationship` and SQLModel's `Relationship`."""

_POSITIONS = {
    "relationship": ("argument", "secondary"),
    "Relationship": (),
}


def relationship_arguments(made: Made) -> dict[str, Value]:
    """Keyword and positional arguments under their names, SQLModel's nesting undone."""
    found = dict(made.kwargs)
    found.update(zip(_POSITIONS[made.kind], made.args, strict=False))
    if made.kind != "Relationship":
        return found
    nested = found.pop("sa_relationship_kwargs", None)
    if isinstance(nested, Mapping):
        found.update(nested.items)
        if not nested.complete:
            found["?"] = Unknown("some arguments are computed")
    elif nested is not None and not isinstance(nested, Literal):
        found["?"] = Unknown("its arguments are computed")
    whole = found.pop("sa_relationship", None)
    if isinstance(whole, Made) and whole.kind == "relationship":
        found.update(relationship_arguments(whole))
    args = found.pop("sa_relationship_args", None)
    if isinstance(args, Sequence):
        found.update(zip(_POSITIONS["relationship"], args.items, strict=False))
    link = found.pop("link_model", None)
    if link is not None and not (isinstance(link, Literal) and link.value is None):
        is_class = isinstance(link, ClassInfo)
        found["secondary"] = Member(link, "__table__", made.place) if is_class else link
    return found
