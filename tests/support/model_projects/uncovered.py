"""What SQLAlchemy refuses and no rule finds yet; the list may only shrink."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).resolve().parents[2] / "differential" / "uncovered.toml"


class Uncovered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of SQLAlchemy (a pattern), why no rule finds it, and models that provoke it."""

    message: str
    reason: str
    models: str

    def matches(self, message: str) -> bool:
        """Whether SQLAlchemy's message is this one."""
        return re.search(self.message, " ".join(message.split())) is not None


@cache
def uncovered() -> tuple[Uncovered, ...]:
    """Every entry of the list."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    return msgspec.convert(table.get("fault", []), tuple[Uncovered, ...])


def is_uncovered(message: str) -> bool:
    """Whether a message of SQLAlchemy is on the list."""
    return any(each.matches(message) for each in uncovered())
