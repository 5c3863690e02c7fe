"""Whether a container that runs stays up, told by what the engine remembers of it.

One look is a coin flip for something that starts and dies; its restarts, and how long it has been
up against how long it lived before, are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from safeguards.runtimes.inspected import epoch

if TYPE_CHECKING:
    from safeguards.checks import Item
    from safeguards.runtimes.observe import Instance

SETTLED = 10.0
"""Seconds after which a container counts as up: the engine itself forgets its patience then."""

LOOP = 60.0
"""Seconds that what starts and dies again and again lives at most."""

PROOF = 2
"""Deaths of which a usual length of life can be told, and how many of those it must outlive."""

BACKOFF = 6.0
"""Seconds that the engine lets lie dead at least what died soon after each of six starts; what
lived for longer is started again at once.
"""

_SAME = 0.001
"""Seconds by which two notes of the time that a container was made at may differ."""

Last = tuple[str, "tuple[Item, ...]"]
"""When containers were verified last, in ISO 8601, and what was said of them."""


class Before(msgspec.Struct, frozen=True):
    """The restarts that a container had when it was verified last, `seconds` ago."""

    restarts: int
    seconds: float


class Memory:
    """What the last verify saw, asked for at the first restart that it could explain."""

    def __init__(self, last: Callable[[], Last], now: Callable[[], datetime]) -> None:
        self._last = last
        self._now = now
        self._items: Mapping[str, Item] | None = None
        self._seconds = 0.0

    def of(self, subject: str, instance: Instance) -> Before | None:
        """The same container at the last verify; None when it is another one, or has no past.

        Fewer restarts than then mean that somebody started it anew.
        """
        made = epoch(instance.created_at)
        if not instance.restarts or made is None:
            return None
        if self._items is None:
            at, items = self._last()
            self._items = {item.subject: item for item in items}
            then = epoch(at)
            self._seconds = 0.0 if then is None else max(self._now().timestamp() - then, 0.0)
        measures = self._items[subject].measures if subject in self._items else {}
        count, created = measures.get("restarts"), measures.get("created_seconds")
        if count is None or created is None or abs(created - made) > _SAME:
            return None
        return Before(int(count), self._seconds) if count <= instance.restarts else None


def grown(instance: Instance, before: Before | None) -> int:
    """How often it was restarted since the last verify, as far as anybody knows."""
    return instance.restarts - before.restarts if before is not None else 0


def is_young(instance: Instance) -> bool:
    """Whether it was started so lately that its next death may be about to come."""
    return instance.uptime is not None and instance.uptime < SETTLED


def loops(instance: Instance, before: Before | None) -> bool:
    """Whether what it did until now proves that it starts and dies again and again.

    It does when its lives were short, and it has not outlived them by far: counted from when it
    was made, or from the last verify. One that lay dead for long before it came up was waited for
    by the engine, which does that only where lives are shorter than this one has been.
    """
    if instance.pause is not None and instance.pause >= BACKOFF:
        return False
    spans = [(instance.restarts, instance.age)]
    if before is not None:
        spans.append((grown(instance, before), before.seconds))
    return any(_short_lived(instance, deaths, span) for deaths, span in spans)


def _short_lived(instance: Instance, deaths: int, span: float | None) -> bool:
    if deaths < PROOF or span is None or instance.uptime is None:
        return False
    usual = (span - instance.uptime) / deaths
    return 0 <= usual <= LOOP and instance.uptime <= PROOF * usual
