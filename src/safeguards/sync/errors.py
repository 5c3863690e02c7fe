"""How a sync that did not come to its good end is told; each kind owns its exit code."""

from __future__ import annotations

from safeguards.errors import SafeguardsError
from safeguards.exitcodes import ExitCode


class SyncError(SafeguardsError):
    """A sync that stopped. `hint` is what to do next."""

    slug = "sync"


class PlanChangedError(SyncError):
    """What the shown plan followed from is not so any more; nothing was changed."""

    exit_code = ExitCode.PLAN_CHANGED


class LockHeldError(SyncError):
    """Somebody else works on this production; nothing was changed."""

    exit_code = ExitCode.LOCK_HELD


class UnchangedError(SyncError):
    """Neither schema nor containers were changed."""

    exit_code = ExitCode.FAILED_UNCHANGED


class HalfwayError(SyncError):
    """Production is neither the old nor the new one; the message says what a person must do."""

    exit_code = ExitCode.FAILED_HALFWAY


class BuildFailedError(SyncError):
    """The pushed version cannot be built or cannot start; nothing was changed."""

    exit_code = ExitCode.BUILD_FAILED


class RolledBackError(SyncError):
    """Production answers on the old version; the message says what of the new one is there."""

    exit_code = ExitCode.ROLLED_BACK


class StillIllError(SyncError):
    """The old version is back, and production is not healthy."""

    exit_code = ExitCode.ROLLED_BACK_UNHEALTHY
