"""Waits for the end of a push that no hook may tell of: by URL, interrupted, uncovered refspecs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from safeguards.push.pending import Pending, Process

if TYPE_CHECKING:
    from safeguards.system.spool import Spool

LONGEST = 12 * 3600.0
"""Seconds after which a push that still runs is left to the next command."""

UNSEEN = 60.0
"""Seconds to wait where the system does not tell when git ends."""

GRACE = 0.5
"""Seconds that the hook's own worker gets to take the record once git has ended."""


def wait(
    pending: Pending,
    spool: Spool,
    ended: Callable[[Process, float], bool],
    sleep: Callable[[float], None],
) -> bool:
    """Return when the push has ended; whether its record is still there to be worked on."""
    for process in pending.pushing:
        if not ended(process, LONGEST):
            return False
    if _is_there(pending, spool):
        sleep(GRACE if pending.pushing else UNSEEN)
    return _is_there(pending, spool)


def _is_there(pending: Pending, spool: Spool) -> bool:
    return any(name == pending.id for name, _ in (*spool.pending(), *spool.claimed()))
