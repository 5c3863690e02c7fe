"""The pages of `metrics serve`: seconds old, whatever production does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from safeguards.cli import crash
from safeguards.metrics.exposition import CONTENT_TYPE, render_all
from safeguards.system.clock import SystemClock
from safeguards.system.page_server import Page

if TYPE_CHECKING:
    from safeguards.cli.measuring.watch import Seen, Watch
    from safeguards.metrics.kept import Known

PATIENCE = 8.0
"""Seconds that a client waits for new numbers before it gets the last ones, if it says nothing:
Prometheus itself waits 10 s."""

SHARE = 0.8
"""Of the seconds that a client says it waits."""

LONGEST = 60.0
"""Seconds that nobody is kept waiting beyond, whatever they say."""

NOT_FOUND = Page(404, b"there are /metrics and /healthz\n")
BUG = Page(500, b"a bug in safeguards; standard error tells of it\n")


class Pages:
    """What there is to see of these productions."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = watches
        self._clock = SystemClock()
        self._crashed = False

    def show(self, path: str, waits: float | None) -> Page:
        """The page at a path, for a client that waits so many seconds; never raises."""
        patience = PATIENCE if waits is None else min(waits * SHARE, LONGEST)
        try:
            if path == "/metrics":
                return self._metrics(patience)
            if path == "/healthz":
                return self._health(patience)
        except Exception as error:  # noqa: BLE001  a server outlives a bug, and tells of it once
            if not self._crashed:
                click.echo(crash.report_crash(error), err=True)
            self._crashed = True
            return BUG
        return NOT_FOUND

    def _metrics(self, patience: float) -> Page:
        """Always 200: how production is stands in the numbers, and how old they are."""
        known = [each.value.report for _, each in self._newest(patience) if each is not None]
        return Page(200, render_all(*filter(None, known)).encode(), CONTENT_TYPE)

    def _health(self, patience: float) -> Page:
        """200 when all passed, else 503."""
        found = {watch.name: watch.health(known) for watch, known in self._newest(patience)}
        lines = "".join(f"{name}: {health}\n" for name, health in found.items())
        return Page(200 if set(found.values()) == {"pass"} else 503, lines.encode())

    def _newest(self, patience: float) -> list[tuple[Watch, Known[Seen] | None]]:
        """All are asked at once, and waited for together."""
        deadline = self._clock.monotonic() + patience
        for watch in self._watches[1:]:
            watch.newest(0)
        return [
            (watch, watch.newest(max(deadline - self._clock.monotonic(), 0)))
            for watch in self._watches
        ]
