"""What takes a moment, awaited: by asking again and again, never by sleeping once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from safeguards.errors import UnreachableError
from safeguards.runtimes.change import Place
from safeguards.system.http import Answer
from tests.support.small import Small

SECONDS = 20
"""After so long it will not come any more."""


def await_answer(small: Small, wanted: str) -> None:
    """Until production answers with this version."""
    await_that(lambda: small.answer() == wanted, f"production answers {wanted}")


def await_fetch(place: Place, url: str) -> Answer:
    """The first answer to a GET, as soon as there is one."""
    found: list[Answer] = []

    def answers() -> bool:
        with contextlib.suppress(UnreachableError):
            found.append(place.fetch("GET", url, headers={}, timeout=5))
        return bool(found)

    await_that(answers, f"something answers at {url}")
    return found[0]


def await_that(holds: Callable[[], bool], what: str) -> None:
    """Until it holds; `AssertionError` that names `what` when it does not in time."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.1)
