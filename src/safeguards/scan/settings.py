"""What the scanner can be told, as plain values; `cli` fills it from the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

SQLAlchemyVersion = Literal["1.4", "2.0", "2.1"]


class ScanSettings(msgspec.Struct, frozen=True):
    """Settings of one scan. Globs are matched against paths relative to the project's top."""

    source_roots: tuple[str, ...] = ()
    ignore: frozenset[str] = frozenset()
    error: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    sqlalchemy: SQLAlchemyVersion = "2.1"
    strict: bool = False
    judged: frozenset[str] | None = None
    """Paths whose findings count; None is all. The rest is read, not judged."""

    def asks_for(self, code: str) -> bool:
        """Whether an opt-in rule is to be applied: it is named among the errors."""
        return code in self.error

    def judging(self, paths: Iterable[str]) -> ScanSettings:
        """The same settings, with these files judged too."""
        judged = None if self.judged is None else self.judged.union(paths)
        return msgspec.structs.replace(self, judged=judged)
