"""Whether what was started stays up: one look is a coin flip for something that restarts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance
    from safeguards.system.clock import Clock

STREAK = 3
"""Looks in a row that have to find it well."""
PAUSE = 0.25
"""Seconds between two looks."""
ALONE = 3.0
"""Seconds that it has to stay up where nothing else tells that it works: an application that
fails to load runs for a second or two before it ends."""
ENDED = frozenset({"exited", "dead"})

Look = Callable[[], "tuple[Instance, ...]"]


def wait_until_up(
    look: Look,
    clock: Clock,
    seconds: float,
    *,
    wrong: Callable[[tuple[Instance, ...]], str] = lambda _seen: "",
    told: bool = False,
) -> str:
    """Wait until all instances stay up; "" then, else what is wrong with them after `seconds`.

    Up is: running, healthy if it has a health check, and not restarted, in `STREAK` looks in a
    row; for `ALONE` seconds where neither a health check nor something else (`told`) tells that it
    works. `wrong` says what is not as it should be besides. What has ended is not waited for; what
    cannot be seen may be seen again.
    """
    deadline = clock.monotonic() + seconds
    restarts: dict[str, int] = {}
    streak, since = 0, clock.monotonic()
    while True:
        instances, trouble = _looked(look)
        trouble = trouble or _trouble(instances, restarts) or wrong(instances)
        now = clock.monotonic()
        streak, since = (0, now) if trouble else (streak + 1, since)
        stay = 0.0 if told or any(each.health == "healthy" for each in instances) else ALONE
        if streak >= STREAK and now - since >= stay:
            return ""
        if _over(instances) or (trouble and now >= deadline):
            return trouble
        clock.sleep(PAUSE)


def _looked(look: Look) -> tuple[tuple[Instance, ...], str]:
    """What is there, and why that cannot be seen."""
    try:
        return look(), ""
    except UnreachableError as error:
        return (), error.message


def _over(instances: tuple[Instance, ...]) -> bool:
    """Whether all have ended for good."""
    return bool(instances) and all(each.state in ENDED for each in instances)


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
