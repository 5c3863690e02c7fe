"""Progress of a scan that takes more than a second: how many files, or fixes, of how many."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.live import Live

    from safeguards.system.clock import Clock

DELAY = 1.0
"""Seconds of silence, so that what is quick says nothing."""

LATER = 4.0
"""Seconds more for fixes where lines stay: most often there are few, and they work at once."""

PAUSE = 0.2
"""Seconds between two sights of the live region; plain lines come when ten times that passed."""

MANY = 100
"""Fewer files than these are done as soon as they are said to be."""


class Counting:
    """Shows on stderr how far a scan is, without a thread: helpers are forked from this process.

    A live region on a terminal; elsewhere plain lines, and none when `quiet`, as for a hook,
    whose clean scan prints nothing.
    """

    def __init__(self, clock: Clock, *, terminal: bool, quiet: bool, color: bool = True) -> None:
        self._clock = clock
        self._terminal = terminal
        self._silent = quiet and not terminal
        self._color = color
        self._due = clock.monotonic() + DELAY
        self._live: Live | None = None

    def __enter__(self) -> Counting:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def tick(self, done: int, total: int) -> None:
        """Say that so many of the files are read; mostly it is too early to show that."""
        if total >= MANY:
            self._say(f"scanning: {done:,} of {total:,} files")

    def fixes(self, done: int, total: int) -> None:
        """Say of how many fixes it is known whether they work; each may take a whole scan."""
        self._say(f"trying fixes: {done:,} of {total:,}", later=0.0 if self._terminal else LATER)

    def _say(self, line: str, *, later: float = 0.0) -> None:
        if self._silent or self._clock.monotonic() < self._due + later:
            return
        if self._terminal:
            self._due = self._clock.monotonic() + PAUSE
            self._show(line)
        else:
            self._due = self._clock.monotonic() + 10 * PAUSE
            click.echo(line, err=True)

    def _show(self, line: str) -> None:
        if self._live is None:
            from safeguards.cli.live import live_region

            self._live = live_region(color=self._color, alone=True)
            self._live.start()
        self._live.update(line, refresh=True)
