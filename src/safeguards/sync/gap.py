"""For how long the API did not answer while services were replaced: asked all the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from safeguards.errors import UnreachableError
from safeguards.health.stages import api

if TYPE_CHECKING:
    from safeguards.health.stages.api import Fetch
    from safeguards.health.wanted import Api
    from safeguards.system.clock import Clock

PAUSE = 0.1
"""Seconds between two questions: no gap is told more exactly."""
PATIENCE = 2.0
"""Seconds after which a question counts as unanswered."""
BROKEN = 500
"""From this status on an answer is none."""


class Gap:
    """Adds up what went unanswered between `watched` and its end."""

    def __init__(self, wanted: Api, fetch: Fetch, clock: Clock) -> None:
        self._wanted = wanted
        self._fetch = fetch
        self._clock = clock
        self._ended = threading.Event()
        self._since: float | None = None
        self.seconds = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Ask until the end."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join(PATIENCE + PAUSE)
            self._settle(self._clock.monotonic())

    def _watch(self) -> None:
        while not self._ended.is_set():
            began = self._clock.monotonic()
            if self._answers():
                self._settle(self._clock.monotonic())
            elif self._since is None:
                self._since = began
            self._ended.wait(PAUSE)

    def _settle(self, now: float) -> None:
        if self._since is not None:
            self.seconds += now - self._since
            self._since = None

    def _answers(self) -> bool:
        route = self._wanted.endpoints[0]
        patience = min(self._wanted.timeout, PATIENCE)
        try:
            answer = self._fetch(
                "GET", api.url(self._wanted, route), headers=route.headers, timeout=patience
            )
        except UnreachableError:
            return False
        return answer.status < BROKEN
