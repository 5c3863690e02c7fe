"""Writes runs until it has written enough or is killed; names each on stdout once it is kept.

Called as a program: `python writer.py JOURNAL PREFIX COUNT`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from safeguards.journal.journal import Journal
from safeguards.runs import Run, Step
from safeguards.system.journal_store import JournalStore

PADDING = tuple(Step(f"step {number}", "pass", number) for number in range(200))
"""More than one page of the file, so that a write is never a single one."""


def run_of(name: str, status: str = "pass") -> Run:
    """A sync with this name, as it is at the end."""
    at = "2026-01-01T00:00:00.000Z"
    return Run(name, "sync", "push", "production", at, status, "1" * 40, at, 0, PADDING)


def main(path: str, prefix: str, count: str) -> None:
    """Write the runs `<prefix>0`, `<prefix>1`, …"""
    journal = Journal(JournalStore(Path(path)))
    for number in range(int(count)):
        run = run_of(f"{prefix}{number}")
        journal.write(run)
        os.write(1, f"{run.id}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
