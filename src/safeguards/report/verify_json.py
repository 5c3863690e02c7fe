"""`verify --format json`: the verdict's fields, version 1."""

from __future__ import annotations

import msgspec

from safeguards.checks import Several, Verdict
from safeguards.report.printable import printable_json


def render(verdict: Verdict | Several) -> str:
    """One JSON document, indented for people, ending with a newline."""
    encoded = msgspec.json.format(msgspec.json.encode(verdict), indent=2)
    return printable_json(encoded.decode()) + "\n"


def line(verdict: Verdict | Several) -> str:
    """The same document on one line."""
    return printable_json(msgspec.json.encode(verdict).decode()) + "\n"
