"""Shows the steps of a sync as they come: a live tree, plain lines, or lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from safeguards.cli.journal import now
from safeguards.report.printable import printable
from safeguards.system import environment
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.runs import Run
    from safeguards.sync.recording import Show

EVERY = 1.0
"""Seconds between two details of a step in plain lines: a build prints thousands."""


class PlainSteps:
    """A line when a step ends, and now and then what goes on in it. `write` takes whole lines."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._clock = SystemClock()
        self._told = float("-inf")
        self._kept = ""
        self._going = False

    def begin(self, name: str) -> None:
        """A step begins; its details are shown under it."""
        self._told, self._kept, self._going = float("-inf"), "", True
        self._write(f"  {name} …")

    def line(self, text: str) -> None:
        """Something about the step that goes on; of many the last one is shown."""
        for part in text.splitlines() or [""]:
            at = self._clock.monotonic()
            if self._going and at - self._told < EVERY:
                self._kept = part
                continue
            self._told, self._kept = at, ""
            self._write(f"      {printable(part.rstrip())}")

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended."""
        if self._kept:
            self._write(f"      {printable(self._kept.rstrip())}")
            self._kept = ""
        self._going = False
        took = f" ({duration_ms / 1000:.1f} s)" if duration_ms else ""
        self._write(f"  {name}: {status}{took} {printable(summary)}".rstrip())


class JsonSteps:
    """Each event as a line of JSON on standard output."""

    def __init__(self) -> None:
        self._name = ""

    def begin(self, name: str) -> None:
        """A step begins."""
        self._name = name
        self._event("step", name=name, status="running")

    def line(self, text: str) -> None:
        """Something about the step that goes on."""
        self._event("line", name=self._name, text=text)

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended."""
        self._event("step", name=name, status=status, duration_ms=duration_ms, text=summary)

    def finish(self, run: Run) -> None:
        """The run as it ended, the last line."""
        self._event("end", run=run)

    def _event(self, event: str, **about: Any) -> None:
        line = msgspec.json.encode({"event": event, "at": now(), **about})
        click.echo(line.decode())


class _Silence:
    """Shows nothing."""

    def begin(self, name: str) -> None:
        """A step begins."""

    def line(self, text: str) -> None:
        """Something about the step that goes on."""

    def end(self, name: str, status: str, duration_ms: int, summary: str) -> None:
        """The step has ended."""


def silent_steps() -> Show:
    """Shows nothing."""
    return _Silence()


def plain_steps() -> Show:
    """Plain lines on standard output, for the log of what follows a push."""
    return PlainSteps(click.echo)


@contextmanager
def steps_for(output_format: str, *, color: bool) -> Iterator[Show]:
    """What shows a sync in this format: on a terminal live, else as lines; never in between."""
    if output_format == "json":
        yield JsonSteps()
    elif environment.stderr_is_terminal():
        from safeguards.cli.live import LiveSteps

        with LiveSteps(color=color) as live:
            yield live
    else:
        yield PlainSteps(lambda line: click.echo(line, err=True))
