"""The run as the journal has it: written before and after everything that changes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from safeguards.runs import RUNNING, Run, Step, Work

if TYPE_CHECKING:
    from safeguards.system.clock import Clock

OK, FAILED = "ok", "fail"


class Show(Protocol):
    """Shows a sync to whoever watches."""

    def begin(self, name: str) -> None:
        """A step begins."""

    def line(self, text: str) -> None:
        """Something about the step that goes on."""

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended."""


class Recorder:
    """Writes one run as it goes on. `write` raises `UnreachableError` when it cannot."""

    def __init__(self, run: Run, write: Callable[[Run], None], clock: Clock, show: Show) -> None:
        self.run = run
        self.show = show
        self._write = write
        self._clock = clock
        self._summary = ""
        self._ill = False

    @property
    def work(self) -> Work:
        """What was done until now."""
        return self.run.work or Work()

    def note(self, **changes: Any) -> None:
        """Write down what was done, or is about to be done."""
        self._replace(work=msgspec.structs.replace(self.work, **changes))

    def say(self, text: str) -> None:
        """Tell something about the step that goes on."""
        self.show.line(text)

    def summarise(self, text: str, *, ill: bool = False) -> None:
        """What the step that goes on comes to, in a few words; one that is `ill` has failed,
        whatever follows from that.
        """
        self._summary, self._ill = text, ill

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step: it is in the journal before it begins and after it has ended, however."""
        began = self._clock.monotonic()
        self._summary, self._ill = "", False
        self._replace(steps=(*self.run.steps, Step(name, RUNNING)))
        self.show.begin(name)
        status = FAILED
        try:
            yield
            status = FAILED if self._ill else OK
        finally:
            elapsed = round((self._clock.monotonic() - began) * 1000)
            ended = Step(name, status, elapsed)
            self._replace(steps=(*self.run.steps[:-1], ended))
            self.show.end(name, status, elapsed, self._summary)

    def finish(self, **changes: Any) -> Run:
        """The run as it ended; it is for the caller to write."""
        self._replace(**changes)
        return self.run

    def _replace(self, **changes: Any) -> None:
        self.run = msgspec.structs.replace(self.run, **changes)
        self._write(self.run)
