"""What lists, dicts and other names are after `+=`, `.append(…)` or `[key] = …`."""

from __future__ import annotations

from safeguards.scan.interpret import strings
from safeguards.scan.interpret.reading import DEFAULT, GROWTH
from safeguards.scan.interpret.values import Mapping, Sequence, Unknown, Value


def grown(op: str, before: Value, added: Value, *, certain: bool) -> Value:
    """The value after an augmented assignment or an addition; in part known if not `certain`."""
    if not isinstance(before, Sequence | Mapping):
        if op in {GROWTH, DEFAULT}:
            return before
        return strings.operate(op, [before, added]) if certain else Unknown("added to, perhaps")
    if isinstance(before, Sequence) and isinstance(added, Sequence):
        if len(before.items) + len(added.items) > strings.MAX_ITEMS:
            return Sequence([], complete=False)
        both = certain and before.complete and added.complete
        return Sequence([*before.items, *(added.items if certain else [])], complete=both)
    if isinstance(before, Mapping) and isinstance(added, Mapping):
        both = certain and before.complete and added.complete
        kept = added.items if certain else {}
        items = {**kept, **before.items} if op == DEFAULT else {**before.items, **kept}
        return Mapping(items, complete=both)
    return incomplete(before)


def incomplete(value: Value) -> Value:
    """The same list or dict, of which the text does not tell everything; other values as is."""
    if isinstance(value, Sequence):
        return Sequence(value.items, complete=False)
    if isinstance(value, Mapping):
        return Mapping(value.items, complete=False)
    return value
