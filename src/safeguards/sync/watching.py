"""Whether what was started stays up: one look is a coin flip for something that restarts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance
    from safeguards.system.clock import Clock

STREAK = 3
"""Looks in a row that have to find it well."""
PAUSE = 0.4
"""Seconds between two looks."""
ENDED = frozenset({"exited", "dead"})


def wait_until_up(
    look: Callable[[], tuple[Instance, ...]],
    clock: Clock,
    seconds: float,
    wrong: Callable[[tuple[Instance, ...]], str],
) -> str:
    """Wait until all instances stay up; "" then, else what is wrong with them.

    Up is: running, healthy if it has a health check, and not restarted, in `STREAK` looks in a row.
    `wrong` says what else is not as it should be. What has ended for good is not waited for.
    """
    deadline = clock.monotonic() + seconds
    restarts: dict[str, int] = {}
    streak = 0
    while True:
        instances = look()
        trouble = _trouble(instances, restarts) or wrong(instances)
        streak = 0 if trouble else streak + 1
        if streak == STREAK:
            return ""
        over = bool(instances) and all(each.state in ENDED for each in instances)
        if over or clock.monotonic() >= deadline:
            return trouble or f"it does not stay up for {STREAK * PAUSE:g} s"
        clock.sleep(PAUSE)


def _trouble(instances: tuple[Instance, ...], restarts: dict[str, int]) -> str:
    if not instances:
        return "nothing runs"
    for each in instances:
        if not each.running:
            code = f" with exit code {each.exit_code}" if each.state in ENDED else ""
            killed = ", out of memory" if each.oom_killed else ""
            return f"{each.name} is {each.state}{code}{killed}"
        if each.restarts > restarts.setdefault(each.id, each.restarts):
            restarts[each.id] = each.restarts
            return f"{each.name} restarts again and again"
        if each.health not in {"healthy", "none"}:
            return f"{each.name} is {each.health}"
    return ""
