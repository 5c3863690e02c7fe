"""Time: the real clock, and one for tests that never waits."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    """What the toolkit may ask about time."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow; differences are durations."""

    def sleep(self, seconds: float) -> None:
        """Return no earlier than `seconds` from now."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Seconds that only ever grow; differences are durations."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return no earlier than `seconds` from now."""
        time.sleep(seconds)


class FakeClock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc)) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The start plus everything slept."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Everything slept, in seconds."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self._elapsed += max(seconds, 0.0)
