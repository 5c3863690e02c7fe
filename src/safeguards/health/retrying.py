"""An endpoint that gives no answer is asked again, where the reason may pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import DeadlineError, RefusedError, UnreachableError, UnsentError
from safeguards.health.inside import UnaskedError
from safeguards.runtimes.line import left

if TYPE_CHECKING:
    from safeguards.health.wanted import Endpoint
    from safeguards.system.clock import Clock
    from safeguards.system.http import Answer

PAUSE = 0.2
"""Seconds before the first retry; each further pause is twice as long."""

_PASSING = frozenset({502, 503, 504})
"""What a proxy says while the server behind it comes back."""

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that may be sent twice; others are only sent again when nothing was sent before."""

_ORDINALS = ("first", "second", "third")


class Asked(msgspec.Struct, frozen=True):
    """The answer, or why there is none; `before` are the troubles of the earlier tries."""

    answer: Answer | None
    error: UnreachableError | None
    before: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """Words for an answer that did not come at once; nothing for one that did."""
        if not self.before:
            return ""
        index = len(self.before)
        which = f"the {_ORDINALS[index]} try" if index < len(_ORDINALS) else f"try {index + 1}"
        return f"answered only at {which}; before: {self.before[-1]}"


class Retrying:
    """Asks endpoints of one host. Safe to use from several threads.

    When one endpoint found nobody to take its connection, at every try, the others believe it.
    """

    def __init__(self, clock: Clock, retries: int, timeout: float) -> None:
        self._clock = clock
        self._retries = retries
        self._timeout = timeout
        self._gone = threading.Event()

    def ask(self, route: Endpoint, send: Callable[[float], Answer]) -> Asked:
        """Call `send`, with the seconds that are left, until it is worth no further try.

        All tries and pauses together take no longer than the time-out.
        """
        deadline = self._clock.monotonic() + self._timeout
        before: list[str] = []
        while True:
            asked = self._once(send, deadline, before)
            passing = _passing(route, asked)
            pause = PAUSE * 2 ** len(before)
            late = self._clock.monotonic() + pause >= deadline
            unsent = isinstance(asked.error, UnsentError)
            if (
                not passing
                or late
                or len(before) >= self._retries
                or (unsent and self._gone.is_set())
            ):
                if unsent:
                    self._gone.set()
                return asked
            before.append(passing)
            self._clock.sleep(pause)

    def _once(self, send: Callable[[float], Answer], deadline: float, before: list[str]) -> Asked:
        try:
            answer = send(left(deadline, self._clock) if before else self._timeout)
        except DeadlineError as error:
            if before:
                error = DeadlineError(f"no answer within {self._timeout:g} s", hint=error.hint)
            return Asked(None, error, tuple(before))
        except UnreachableError as error:
            return Asked(None, error, tuple(before))
        return Asked(answer, None, tuple(before))


def _passing(route: Endpoint, asked: Asked) -> str:
    """The trouble, where it may be gone at the next try and sending twice does no harm."""
    repeatable = route.method in _REPEATABLE
    if asked.answer is not None:
        code = asked.answer.status
        return f"{code}" if repeatable and code in _PASSING and code not in route.expect else ""
    error = asked.error
    assert error is not None
    if isinstance(error, UnsentError):
        return error.message
    lost = not isinstance(error, DeadlineError | RefusedError | UnaskedError)
    return error.message if repeatable and lost else ""
