"""A versioned document as JSON."""

from __future__ import annotations

import msgspec


def render(document: msgspec.Struct) -> str:
    """One JSON document, indented for people, ending with a newline."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
