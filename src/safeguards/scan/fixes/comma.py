"""Drop the comma that makes a tuple of an assigned value."""

from __future__ import annotations

import ast

from safeguards.findings import Place
from safeguards.scan.fixes.text import Change, SourceText


def drop_comma(source: SourceText, place: Place) -> list[Change]:
    """The change that makes `x = y,` at a place `x = y`; none for another shape."""
    for node in source.assignments.get(place.line, []):
        value = node.value
        if isinstance(value, ast.Tuple) and len(value.elts) == 1:
            start, end = source.end(value.elts[0]), source.end(value)
            comma = source.text.find(",", start, end)
            if source.text[start:end].strip() == ",":
                return [(comma, comma + 1, "")]
    return []
