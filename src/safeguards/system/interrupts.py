"""Signals that end a program, as one KeyboardInterrupt that cleaning up can rely on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """While entered, the first SIGINT, SIGTERM or SIGHUP raises KeyboardInterrupt.

    Those after it do nothing, so that cleaning up is not interrupted in its turn; a signal that
    was ignored before stays ignored. Only for the main thread.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._held = 0
        self._waiting = False
        self._raised = False

    def __enter__(self) -> Interrupts:
        for each in SIGNALS:
            if signal.getsignal(each) != signal.SIG_IGN:
                self._before[each] = signal.signal(each, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within this an interrupt waits for the end, so that what was begun is also noted."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self._waiting and not self._held:
            self._interrupt()

    def ignore(self) -> None:
        """From now on they do nothing: cleaning up has begun."""
        self._raised = True

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self._raised:
            return
        if self._held:
            self._waiting = True
            return
        self._interrupt()

    def _interrupt(self) -> None:
        self.ignore()
        raise KeyboardInterrupt
