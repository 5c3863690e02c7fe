"""What follows when production has been asked: the verdicts are kept, shown, told to others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from safeguards.cli.journal import record_verify
from safeguards.cli.notifying import Scene, tell
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
    """Keep the verdicts, show them, tell others; whether anybody read them. No exit code depends
    on it.

    While production is watched, `news` tells of each whether it says something else than the one
    before it: only those go into the journal, which would hold nothing else before long. Others
    are told when any is new, else every few seconds; then of all, since one that still fails
    makes the ping one of a failure.
    """
    new = news or [True] * len(verdicts)
    told = [verdict for verdict, is_new in zip(verdicts, new, strict=True) if is_new]
    for verdict in told if request.keep else ():
        record_verify(request.journal, verdict, SystemClock())
    read = show()
    scene = Scene(request.found, request.repository, request.journal if request.keep else None)
    if told:
        tell(verdicts, request.notices, scene, color=request.color)
    return read
