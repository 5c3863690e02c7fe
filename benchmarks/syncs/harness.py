"""Runs safeguards as it is, but tells each write of a sync's journal, and may die at one.

    harness.py LOG WRITE before|after ARGUMENT…

At the first write that is told so, before or after it, the process kills itself with -9.
"""

from __future__ import annotations

import os
import signal
import sys

import msgspec

from safeguards.cli.main import run
from safeguards.journal.journal import Journal
from safeguards.runs import Run, Work

LOG, WRITE, WHEN = sys.argv[1:4]


def _watch() -> None:
    original = Journal.write
    handle = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    before: Run | None = None

    def write(self: Journal, run: Run) -> None:
        nonlocal before
        told = _told(before, run)
        os.write(handle, f"before {told}\n".encode())
        _die(told, "before")
        original(self, run)
        os.write(handle, f"after {told}\n".encode())
        _die(told, "after")
        before = run

    Journal.write = write  # type: ignore[method-assign]


def _die(told: str, when: str) -> None:
    if (told, when) == (WRITE, WHEN):
        os.kill(os.getpid(), signal.SIGKILL)


def _told(before: Run | None, run: Run) -> str:
    """The step that goes on, and what of it is written."""
    step = run.steps[-1] if run.steps else None
    name = step.name if step else "start"
    if before is None:
        return f"{name}: first"
    if before.steps != run.steps and step:
        return f"{name}: {step.status}"
    old, new = (msgspec.structs.asdict(each.work or Work()) for each in (before, run))
    if changed := [field for field in new if new[field] != old[field]]:
        return f"{name}: note {' '.join(changed)}"
    return f"{name}: {'ended' if run.finished_at else 'checks'}"


if __name__ == "__main__":
    _watch()
    sys.argv = ["safeguards", *sys.argv[4:]]
    run()
