"""`verify --watch`: look, tell what changed, wait, look again; until it is interrupted."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from safeguards.checks import together
from safeguards.cli.live import LiveScreen
from safeguards.cli.output import emit
from safeguards.cli.verifying.after import follow
from safeguards.cli.verifying.asking import ask
from safeguards.cli.verifying.showing import text
from safeguards.errors import UsageError
from safeguards.report import verify_json
from safeguards.report.printable import printable
from safeguards.report.verify_watch import KEPT, Frame, changes, mark, screen, spell
from safeguards.system.clock import SystemClock
from safeguards.system.interrupts import Interrupts
from safeguards.system.streams import stdout_is_read, stdout_is_screen

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.production import Production
    from safeguards.cli.verifying.request import Request
    from safeguards.system.clock import Clock

REMEMBERED = 5
"""Changes that the screen shows."""


def check_watch(options: Mapping[str, Any]) -> None:
    """Raises `UsageError` for what makes no sense together with `--watch`."""
    for name in ("wait", "retry"):
        if options[name]:
            raise UsageError(
                f"--watch and --{name} exclude each other", hint="--watch looks again anyway"
            )
    if options["output_format"] not in ("text", "json"):
        raise UsageError(
            f"--watch cannot write {options['output_format']}, which is one document",
            hint="with --watch the formats are text and json",
        )


class Showing(Protocol):
    """Where the looks at production go; told of each part of a look too."""

    def begin(self) -> None:
        """A look begins."""

    def part(self, name: str, state: str) -> None:
        """A part of it has ended."""

    def again(self, why: str) -> None:
        """Parts start anew."""

    def look(self, verdicts: tuple[Verdict, ...], changed: Sequence[str]) -> bool:
        """It has ended; whether anybody still reads."""


def watch(request: Request, productions: Sequence[Production], every: float) -> int:
    """Look until nobody reads any more, and return the last verdict's code.

    Whoever interrupts it gets `KeyboardInterrupt`, so 130: that somebody ended it is no verdict.
    """
    clock = SystemClock()
    with Interrupts(), ExitStack() as stack:
        show = _showing(request, productions, every, clock, stack)
        before: tuple[Verdict, ...] = ()
        while True:
            show.begin()
            verdicts = ask(request, productions, parts=show)
            told = [list(each) for each in _changes(before, verdicts)]
            news = [not before or bool(each) for each in told]
            several = len(verdicts) > 1
            lines = [
                f"{verdict.target}: {line}" if several else line
                for verdict, each in zip(verdicts, told, strict=True)
                for line in each
            ]
            shown = partial(show.look, verdicts, lines)
            if not (follow(request, verdicts, shown, news=news) and stdout_is_read()):
                return together(verdicts).exit_code
            before = verdicts
            clock.sleep(every)


def _changes(before: tuple[Verdict, ...], after: tuple[Verdict, ...]) -> Sequence[Sequence[str]]:
    if not before:
        return [()] * len(after)
    return [list(changes(old, new)) for old, new in zip(before, after, strict=True)]


def _showing(
    request: Request,
    productions: Sequence[Production],
    every: float,
    clock: Clock,
    stack: ExitStack,
) -> Showing:
    if request.format == "json":
        return _Lines(request)
    if not stdout_is_screen():
        return _Blocks(request)
    names = ", ".join(each.name for each in productions)
    shown = _Screen(request, f"safeguards verify: {names}, every {every:g} s", every, clock)
    stack.enter_context(shown.live())
    return shown


class _Quiet:
    """Tells nothing of parts."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def begin(self) -> None:
        """Nothing."""

    def part(self, name: str, state: str) -> None:
        """Nothing."""

    def again(self, why: str) -> None:
        """Nothing."""


class _Lines(_Quiet):
    """A JSON document on one line for each look, so that a program knows that somebody looks."""

    def look(self, verdicts: tuple[Verdict, ...], changed: Sequence[str]) -> bool:
        """Write it; whether anybody reads."""
        one = together(verdicts) if self._request.several else verdicts[0]
        return emit(verify_json.line(one))


class _Blocks(_Quiet):
    """The text of the first look and of each that differs from the one before."""

    _first = True

    def look(self, verdicts: tuple[Verdict, ...], changed: Sequence[str]) -> bool:
        """Write it if there is something new; whether anybody reads."""
        if not (self._first or changed):
            return True
        self._first = False
        head = [
            f"-- {verdicts[0].started_at}",
            *(f"changed: {printable(each)}" for each in changed),
        ]
        return emit("".join(f"{line}\n" for line in head) + text(self._request, verdicts))


class _Screen:
    """The whole terminal. What was last seen stays on it in the end, whatever ends it."""

    def __init__(self, request: Request, title: str, every: float, clock: Clock) -> None:
        self._request = request
        self._every = every
        self._clock = clock
        self._frame = Frame(title)
        self._history: deque[str] = deque(maxlen=KEPT)
        self._changes: deque[str] = deque(maxlen=REMEMBERED)
        self._ended: list[str] = []
        self._looking = True
        self._at = self._since = clock.monotonic()

    def live(self) -> AbstractContextManager[object]:
        """Draws it from now on."""
        stack = ExitStack()
        stack.callback(self._leave)
        stack.enter_context(LiveScreen(self._lines, color=self._request.color))
        return stack

    def begin(self) -> None:
        """A look begins."""
        self._ended = []
        self._at, self._looking = self._clock.monotonic(), True

    def part(self, name: str, state: str) -> None:
        """A part of it has ended."""
        self._ended = [*self._ended, name]

    def again(self, why: str) -> None:
        """Nothing: each look is one attempt."""

    def look(self, verdicts: tuple[Verdict, ...], changed: Sequence[str]) -> bool:
        """Show what was seen."""
        now = self._clock.monotonic()
        before = self._frame.verdicts
        if not before or together(before).exit_code != together(verdicts).exit_code:
            self._since = now
        self._history.append(mark(verdicts))
        at = verdicts[0].started_at[11:19]
        self._changes.extend(f"{at} {line}" for line in changed)
        self._frame = Frame(
            self._frame.title,
            verdicts,
            history="".join(self._history),
            changes=tuple(self._changes),
        )
        self._at, self._looking = now, False
        return True

    def _lines(self, width: int, height: int) -> list[str]:
        return screen(self._now(), width, height)

    def _now(self) -> Frame:
        frame, now = self._frame, self._clock.monotonic()
        passed = now - self._at
        if self._looking:
            named = "" if self._request.several else f": {', '.join(self._ended)}"
            ended = f"; {len(self._ended)} answered{named}" if self._ended else ""
            doing = f"looking for {spell(passed)}{ended}; ctrl-C ends"
        else:
            left = spell(self._every - passed)
            doing = f"looked {spell(passed)} ago, again in {left}; ctrl-C ends"
        return Frame(
            frame.title,
            frame.verdicts,
            now - self._since,
            frame.history,
            frame.changes,
            doing,
        )

    def _leave(self) -> None:
        with suppress(OSError):  # a terminal that is gone
            if self._frame.verdicts:
                emit(text(self._request, self._frame.verdicts))
