"""The seam between an accepted push and what brings production to it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from safeguards.journal.records import Run, Trigger


class Order(msgspec.Struct, frozen=True):
    """What a run is to do: bring `target` to `commit`, which `ref` of `remote` now holds.

    `started_at` is when it was first begun, ISO 8601 in UTC; a resumed one keeps it.
    """

    run_id: str
    commit: str
    ref: str
    remote: str
    target: str
    trigger: Trigger
    started_at: str


Deploy = Callable[[Order, Callable[[Run], None]], Run]
"""Does the work of an order; writes the run at every step and returns it as it ended.

Doing it again after it was killed must be safe.
"""
