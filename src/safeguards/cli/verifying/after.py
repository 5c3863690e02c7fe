"""What is done with a verdict besides printing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.cli.journal import record_verify
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.cli.verifying.request import Request


def after_verdict(request: Request, verdict: Verdict, *, changed: bool = True) -> None:
    """Everything that follows a verdict; nothing of it changes the exit code.

    `changed` is whether it says something else than the one before, while production is watched.
    """
    if request.keep and changed:
        record_verify(request.journal, verdict, SystemClock())
