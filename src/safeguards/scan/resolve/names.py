"""Names with parts that the text does not tell, such as `f"{settings.SCHEMA}.user.id"`.

A part that is not known gets a mark. The same value has the same mark wherever it stands, so a
foreign key and a table that name their schema by one variable meet; whatever else such a name
may be equal to stays open.
"""

from __future__ import annotations

from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Member,
    Operation,
    Symbol,
    Unknown,
    Value,
)
from safeguards.scan.project import MARK

_PARTS = (Unknown, Operation, Symbol, Member, Made)


class Names:
    """Spells names out, each unknown part with its mark."""

    def __init__(self) -> None:
        self._marks: dict[object, str] = {}

    def spelled(self, value: Value | None) -> str | None:
        """The string that a value is, marks in it for what is not known; None if it is none."""
        if isinstance(value, Literal):
            return value.value if isinstance(value.value, str) else None
        if isinstance(value, Operation) and value.op == "+":
            parts = [self.spelled(part) for part in value.operands]
            return "".join(p for p in parts if p is not None) if None not in parts else None
        return self._mark(value) if isinstance(value, _PARTS) else None

    def _mark(self, value: Value) -> str:
        return self._marks.setdefault(_key(value), f"{MARK}{len(self._marks)}{MARK}")


def _key(value: Value) -> object:
    """What two values that certainly are the same share."""
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, Member):
        return _key(value.owner), value.name
    return value
