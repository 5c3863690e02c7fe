"""What follows when production has been asked: the verdicts are kept, and shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from safeguards.cli.journal import record_verify
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.verifying.request import Request


def follow(
    request: Request,
    verdicts: Sequence[Verdict],
    show: Callable[[], bool],
    *,
    news: Sequence[bool] | None = None,
) -> bool:
    """Keep the verdicts, then show them; whether anybody read them. No exit code depends on it.

    While production is watched, `news` tells of each whether it says something else than the one
    before it: only those go into the journal, which would hold nothing else before long.
    """
    for verdict, new in zip(verdicts, news or [True] * len(verdicts), strict=True):
        if request.keep and new:
            record_verify(request.journal, verdict, SystemClock())
    return show()
