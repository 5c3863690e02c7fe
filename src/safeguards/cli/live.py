"""Progress for what takes more than a second: a live region on a terminal, else plain lines."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
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


DRAWN = 4
"""Times a second that a screen is drawn."""

MARKED = {
    r"\[OK\]|\bPASSED\b": "cyan",
    r"\[UNKNOWN\]": "yellow",
    r"\[FAIL\]|\bFAILED\b": "bold red",
}
"""Colours of a screen: those of the text of `verify`; a mark says its word without them."""


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
        self._lines = Changes(self._tell)
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
        """Say that all parts start anew; that stays to be read."""
        self.anew(self._states, why)

    def anew(self, names: Iterable[str], why: str) -> None:
        """Say that these parts start anew."""
        with self._lock:
            self._timer.cancel()
            self._states.update(dict.fromkeys(names, ""))
            self._begin()
            self._lines.say("", why)
            self._draw("", why)

    def _show(self) -> None:
        with self._lock:
            self._begin()
            waiting = ", ".join(name for name, state in self._states.items() if not state)
            self._draw("", f"{self._title}: waiting for {waiting}" if waiting else self._title)

    def _begin(self) -> None:
        if not self._shown and self._terminal:
            self._start_live()
        self._shown = True

    def _tell(self, line: str) -> None:
        if self._live is None:
            click.echo(line, err=True)
        else:
            self._live.console.print(line, markup=False, soft_wrap=True)

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


class Share:
    """A share of what `progress` shows: the `parts` of one of several that go on at once."""

    def __init__(self, progress: Progress, name: str, parts: Sequence[str]) -> None:
        self._progress = progress
        self._name = name
        self._parts = [self.title(name, part) for part in parts]

    @staticmethod
    def title(name: str, part: str) -> str:
        """How a part is called among those of others."""
        return f"{name} {part}"

    def part(self, name: str, state: str) -> None:
        """Say how one part ended."""
        self._progress.part(self.title(self._name, name), state)

    def again(self, why: str) -> None:
        """Say that all parts of this share start anew."""
        self._progress.anew(self._parts, f"{self._name}: {why}")


class LiveScreen:
    """A whole screen on standard output that is drawn again and again, also while nothing is told.

    `frame` gives its lines for a width and a height, and is asked from a thread of its own. When it
    ends, the terminal is as it was before.
    """

    def __init__(self, frame: Callable[[int, int], Sequence[str]], *, color: bool) -> None:
        from rich.console import Console
        from rich.live import Live

        self._frame = frame
        self._console = Console(no_color=not color, highlight=False)
        self._live = Live(self, console=self._console, screen=True, auto_refresh=False)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> LiveScreen:
        self._live.start(refresh=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(DELAY)
        with contextlib.suppress(OSError):  # a terminal that is gone
            self._live.stop()

    def __rich__(self) -> Text:
        """The screen as it is now."""
        from rich.text import Text

        width, height = self._console.size
        text = Text("\n".join(self._frame(width, height)), no_wrap=True, overflow="crop")
        for pattern, style in MARKED.items():
            text.highlight_regex(pattern, style)
        return text

    def _draw(self) -> None:
        with contextlib.suppress(OSError):
            while not self._over.wait(1 / DRAWN):
                self._live.refresh()


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
