"""Runs jobs side by side, each with its own deadline; one that hangs holds up no other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from safeguards.errors import DeadlineError

if TYPE_CHECKING:
    from safeguards.system.clock import Clock

T = TypeVar("T")


class Outcome(msgspec.Struct, Generic[T], frozen=True):
    """What a job returned, or the exception that ended it, and how long it took."""

    value: T | None
    error: Exception | None
    duration_ms: int


def fan_out(
    jobs: Sequence[Callable[[], T]],
    *,
    width: int,
    seconds: float,
    clock: Clock,
    done: Callable[[int, Outcome[T]], None] = lambda _index, _outcome: None,
) -> tuple[Outcome[T], ...]:
    """Run at most `width` jobs at a time and return their outcomes in the order of `jobs`.

    A job gets `seconds` from its own start, then its outcome is a `DeadlineError` and the next
    one starts. Its thread is a daemon: it cannot be stopped, and does not keep the process alive.
    """
    finished: queue.Queue[tuple[int, T | None, Exception | None]] = queue.Queue()
    outcomes: dict[int, Outcome[T]] = {}
    running: dict[int, float] = {}
    waiting = list(range(len(jobs)))[::-1]

    def settle(index: int, value: T | None, error: Exception | None) -> None:
        started = running.pop(index, None)
        if started is not None:
            elapsed = round((clock.monotonic() - started) * 1000)
            outcomes[index] = Outcome(value, error, elapsed)
            done(index, outcomes[index])

    while len(outcomes) < len(jobs):
        while waiting and len(running) < width:
            index = waiting.pop()
            running[index] = clock.monotonic()
            threading.Thread(target=_run, args=(index, jobs[index], finished), daemon=True).start()
        left = min(running.values()) + seconds - clock.monotonic()
        try:
            settle(*finished.get(timeout=max(left, 0)))
        except queue.Empty:
            late = [i for i, at in running.items() if clock.monotonic() - at >= seconds]
            for index in late:
                settle(index, None, DeadlineError(f"no answer within {seconds:g} s"))
    return tuple(outcomes[index] for index in range(len(jobs)))


def _run(
    index: int,
    job: Callable[[], T],
    finished: queue.Queue[tuple[int, T | None, Exception | None]],
) -> None:
    try:
        finished.put((index, job(), None))
    except Exception as error:  # noqa: BLE001  the caller decides what each failure means
        finished.put((index, None, error))
