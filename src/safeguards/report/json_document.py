"""A versioned document as JSON."""

from __future__ import annotations

import msgspec

from safeguards.report.printable import printable_json


def render(document: msgspec.Struct) -> str:
    """One JSON document, indented for people, ending with a newline."""
    encoded = msgspec.json.format(msgspec.json.encode(document), indent=2)
    return printable_json(encoded.decode()) + "\n"
