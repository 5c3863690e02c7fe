"""Whether a run is news, given what was told last."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Verdict
from safeguards.notify.failing import failing_after
from safeguards.notify.marker import Marker, advanced

Event = Literal["failed", "still-failing", "recovered"]


class News(msgspec.Struct, frozen=True):
    """What to remember after a run, and what it is called when somebody has to be told."""

    marker: Marker
    event: Event | None


def news(before: Marker | None, verdict: Verdict, at: str) -> News | None:
    """What a run adds to what was told `before`; None when there is nothing to remember.

    Told is the beginning of a failure, once, each change of what fails, once, and its end.
    """
    known = before.failing if before else {}
    failing = failing_after(known, verdict.checks)
    if verdict.status == "pass" and (failing or not known):
        return None
    marker = advanced(before, verdict.target, failing, at)
    if not failing:
        return News(marker, "recovered")
    if not known:
        return News(marker, "failed")
    return News(marker, None if failing == known else "still-failing")
