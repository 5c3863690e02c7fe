"""An answer that takes a while to get, shared by all who ask for it meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from safeguards.system.clock import Clock

T = TypeVar("T")


class Known(msgspec.Struct, Generic[T], frozen=True):
    """An answer, and how many seconds ago it was given."""

    value: T
    age: float


class Kept(Generic[T]):
    """Asks when the answer is older than `seconds`, one question at a time.

    The question is asked in a thread that keeps no process alive, so that one that hangs holds up
    nobody. `ask` may raise nothing.
    """

    def __init__(self, ask: Callable[[], T], clock: Clock, *, seconds: float) -> None:
        self._ask = ask
        self._clock = clock
        self._seconds = seconds
        self._changed = threading.Condition()
        self._asking = False
        self._value: T | None = None
        self._at: float | None = None

    def newest(self, patience: float) -> Known[T] | None:
        """The answer, asked again when it is too old, but after `patience` seconds the old one.

        None when there never was one.
        """
        with self._changed:
            if not self._is_fresh() and not self._asking:
                threading.Thread(target=self._run, daemon=True).start()
                self._asking = True
            self._changed.wait_for(lambda: not self._asking or self._is_fresh(), patience)
            if self._value is None or self._at is None:
                return None
            return Known(self._value, self._clock.monotonic() - self._at)

    def _is_fresh(self) -> bool:
        return self._at is not None and self._clock.monotonic() - self._at <= self._seconds

    def _run(self) -> None:
        began = self._clock.monotonic()
        value: T | None = None
        try:
            value = self._ask()
        finally:
            with self._changed:
                if value is not None:
                    self._value, self._at = value, began
                self._asking = False
                self._changed.notify_all()
