"""What writes a backup: a program of the database, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Dumper(Protocol):
    """Writes backups; calls raise `UnreachableError` when the dump or its check fails."""

    def available(self) -> bool:
        """Whether there is a program that can."""

    def write(self, path: Path, tell: Callable[[str], None], /) -> None:
        """Write a backup that was checked to be readable, whole or not at all; only its owner may
        read it.
        """

    def restore_by_hand(self, path: Path) -> str:
        """The command with which a person restores it, without a password."""
