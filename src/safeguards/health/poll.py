"""The only retry loop: try again until production is well or the time is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.system.clock import Clock

PAUSE = 1.0
"""Seconds between two attempts."""


def until_pass(
    attempt: Callable[[], Verdict],
    clock: Clock,
    *,
    seconds: float,
    retried: Callable[[Verdict], None],
) -> Verdict:
    """The first passing verdict, or the last one when none passed within `seconds`.

    At least one attempt is made; none starts after the time is up. `retried` is told of each
    failed attempt that another one follows.
    """
    deadline = clock.monotonic() + seconds
    while True:
        verdict = attempt()
        left = deadline - clock.monotonic()
        if verdict.status == "pass" or left <= 0:
            return verdict
        retried(verdict)
        clock.sleep(min(PAUSE, left))
