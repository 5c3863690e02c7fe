"""For how long an API did not answer, asked from outside all the time."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE = 0.02
PATIENCE = 2.0
"""Seconds between two questions, and until one counts as unanswered."""
BROKEN = 500


class Silence:
    """Seconds in which the API did not answer, or answered that it is broken."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.seconds = 0.0

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Ask all the time until the end, then once more until there is an answer."""
        over = threading.Event()
        thread = threading.Thread(target=self._ask, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _ask(self, over: threading.Event) -> None:
        silent_since: float | None = None
        while silent_since is not None or not over.is_set():
            asked = time.monotonic()
            if not self._answered():
                silent_since = asked if silent_since is None else silent_since
            elif silent_since is not None:
                self.seconds += time.monotonic() - silent_since
                silent_since = None
            time.sleep(PAUSE)

    def _answered(self) -> bool:
        try:
            with urllib.request.urlopen(self._url, timeout=PATIENCE):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return error.code < BROKEN
        except OSError:
            return False
