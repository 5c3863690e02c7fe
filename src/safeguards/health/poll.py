"""The only retry loop: try again until production is well or the time is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Verdict

if TYPE_CHECKING:
    from safeguards.system.clock import Clock

PAUSE = 1.0
"""Seconds between two attempts."""

LONGEST_PAUSE = 15.0
"""Seconds between two attempts whose number is limited, when it has doubled often enough."""


class Again(msgspec.Struct, frozen=True):
    """Another attempt follows: after which verdict and how many attempts, and in how long."""

    last: Verdict
    attempts: int
    pause: float


def until_pass(
    attempt: Callable[[], Verdict],
    clock: Clock,
    *,
    seconds: float,
    retried: Callable[[Again], None],
    retries: int | None = None,
) -> Verdict:
    """The first passing verdict, or the last one when none passed within `seconds`.

    With `retries` at most so many attempts follow the first, after pauses that double; `seconds`,
    unless they are 0, then limit them too. At least one attempt is made; none starts after the
    time is up. `retried` is told of each failed attempt that another one follows.
    """
    deadline = clock.monotonic() + seconds
    timed = seconds > 0 or retries is None
    attempts = 0
    while True:
        verdict = attempt()
        attempts += 1
        left = deadline - clock.monotonic() if timed else LONGEST_PAUSE
        if verdict.status == "pass" or left <= 0 or (retries is not None and attempts > retries):
            return verdict
        pause = PAUSE if retries is None else min(PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
        pause = min(pause, left)
        retried(Again(verdict, attempts, pause))
        clock.sleep(pause)
