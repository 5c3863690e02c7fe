"""Progress for what takes more than a second: a live region on a terminal, else plain lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import click

from safeguards.report.printable import printable
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

SAID = 3
"""Lines of what a step said that are shown under it."""

DELAY = 1.0
"""Seconds of silence, so that what is quick says nothing."""


def live_region(*, color: bool, alone: bool = False, stays: bool = False) -> Live:
    """A region on stderr that goes away unless it `stays`; with `alone` no thread draws it, only
    its updates do.
    """
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, no_color=not color, highlight=False)
    return Live(console=console, transient=not stays, refresh_per_second=8, auto_refresh=not alone)


class Parts(Protocol):
    """Is told how each part of something ended, of every attempt."""

    def part(self, name: str, state: str) -> None:
        """Say how one part ended."""

    def again(self, why: str) -> None:
        """Say that all parts start anew."""


class Changes:
    """Tells what is not as it was at the attempt before; `tell` takes whole lines.

    What every part is `expected` to be goes without saying until it was something else.
    """

    def __init__(self, tell: Callable[[str], None], *, expected: str = "") -> None:
        self._tell = tell
        self._expected = expected
        self._told: dict[str, str] = {}

    def part(self, name: str, state: str) -> None:
        """Say how one part ended, if it did not end so before."""
        self.say(name, f"{name}: {state}")

    def again(self, why: str) -> None:
        """Say that all parts start anew, if not for the same reason as before."""
        self.say("", why)

    def say(self, name: str, line: str) -> None:
        """Tell the line about `name`, unless it was the last one about it."""
        if self._told.get(name, f"{name}: {self._expected}") != line:
            self._told[name] = line
            self._tell(line)


class Progress:
    """Shows on stderr which parts are done. `terminal` chooses the live region."""

    def __init__(
        self, title: str, parts: Sequence[str], *, terminal: bool, color: bool = True
    ) -> None:
        self._title = title
        self._states = dict.fromkeys(parts, "")
        self._terminal = terminal
        self._color = color
        self._lock = threading.Lock()
        self._shown = False
        self._live: Live | None = None
        self._lines = Changes(lambda line: click.echo(line, err=True))
        self._timer = threading.Timer(DELAY, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Progress:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._shown = False
            if self._live is not None:
                self._live.stop()

    def part(self, name: str, state: str) -> None:
        """Say how one part ended."""
        with self._lock:
            self._states[name] = state
            self._draw(name, f"{name}: {state}")

    def again(self, why: str) -> None:
        """Say that all parts start anew."""
        with self._lock:
            self._states = dict.fromkeys(self._states, "")
            self._draw("", why)

    def _show(self) -> None:
        with self._lock:
            self._shown = True
            waiting = ", ".join(name for name, state in self._states.items() if not state)
            if self._terminal:
                self._start_live()
            self._draw("", f"{self._title}: waiting for {waiting}" if waiting else self._title)

    def _start_live(self) -> None:
        self._live = live_region(color=self._color)
        self._live.start()

    def _draw(self, name: str, line: str) -> None:
        if not self._shown:
            return
        if self._live is None:
            self._lines.say(name, line)
            return
        from rich.text import Text

        parts = [f"  {name}: {state or '…'}" for name, state in self._states.items()]
        self._live.update(Text("\n".join([self._title, *parts])))


class LiveSteps:
    """The steps of a sync as a tree on stderr: those that ended, and the one that goes on with
    how long it takes and what it said last. The tree stays when it ends.
    """

    def __init__(self, *, color: bool) -> None:
        self._live = live_region(color=color, stays=True)
        self._ended: list[str] = []
        self._name = ""
        self._said: list[str] = []
        self._clock = SystemClock()
        self._began = 0.0

    def __enter__(self) -> LiveSteps:
        self._live.start()
        self._live.update(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def begin(self, name: str) -> None:
        """A step begins."""
        self._name, self._said, self._began = name, [], self._clock.monotonic()

    def line(self, text: str) -> None:
        """Something about the step that goes on."""
        self._said = [*self._said, *text.splitlines()][-SAID:]

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended; of one that failed, what it said last stays."""
        told = f"{name}: {status} ({duration_ms / 1000:.1f} s) {printable(summary)}"
        self._ended.append(told.rstrip())
        if status == "fail":
            self._ended += [f"    {printable(line)}" for line in self._said]
        self._name, self._said = "", []

    def __rich__(self) -> Text:
        """The tree as it is now; the region asks again and again."""
        from rich.text import Text

        lines = list(self._ended)
        if self._name:
            lines.append(f"{self._name} … {self._clock.monotonic() - self._began:.0f} s")
        lines += [f"    {printable(line)}" for line in self._said]
        return Text("\n".join(lines))
