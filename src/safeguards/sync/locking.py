"""One sync of a production at a time: on this machine, and in its database."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.sync.errors import LockHeldError

if TYPE_CHECKING:
    from safeguards.sync.keeping import Lock
    from safeguards.system.clock import Clock

PAUSE = 0.2
"""Seconds between two tries, and as much again at random."""

TOLD = 5.0
"""Seconds after which whoever waits is told again for whom."""


@contextmanager
def both_locks(
    local: Callable[[], AbstractContextManager[bool]],
    lock: Lock | None,
    clock: Clock,
    wait: float,
    tell: Callable[[str], None],
) -> Iterator[Callable[[], None]]:
    """Hold the lock of this machine and that of the database; gives what checks that we do.

    Raises `LockHeldError`, which says who has it, after `wait` seconds. The check raises
    `UnreachableError` when the lock went away with its session.
    """
    deadline = clock.monotonic() + wait
    patience = Patience(clock, deadline, wait, tell)
    while True:
        with local() as ours:
            if ours:
                try:
                    if lock is not None:
                        _take(lock, patience)
                    yield partial(_check, lock)
                finally:
                    if lock is not None:
                        with suppress(UnreachableError):  # its session is gone, and the lock
                            lock.release()
                return
        patience.wait("another sync on this machine")


class Patience:
    """Waits between tries until a deadline; tells for whom, now and then."""

    def __init__(
        self, clock: Clock, deadline: float, wait: float, tell: Callable[[str], None]
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._seconds = wait
        self._tell = tell
        self._told = float("-inf")

    def wait(self, holder: str) -> None:
        """Pause before the next try; raises `LockHeldError` when there is none."""
        now = self._clock.monotonic()
        if now >= self._deadline:
            raise LockHeldError(
                f"the lock of this production is held by {holder}"
                f" ({self._seconds:g} s were waited)",
                hint="see: safeguards status; sync.lock-wait is how long to wait",
            )
        if now - self._told >= TOLD:
            self._told = now
            self._tell(f"waiting for {holder}")
        self._clock.sleep(PAUSE * (1 + random.random()))  # noqa: S311  no secret


def _check(lock: Lock | None) -> None:
    if lock is not None and not lock.held():
        raise UnreachableError(
            "the lock of this production was lost: the database ended its session",
            hint="was it restarted? when it answers: safeguards sync",
        )


def _take(lock: Lock, patience: Patience) -> None:
    while True:
        holder = lock.take()
        if holder is None:
            return
        patience.wait(holder.text)
