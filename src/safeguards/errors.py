"""What can go wrong, as types that own their exit code.

SafeguardsError
├── UsageError            64  the call is wrong
├── ConfigError           78  the configuration is wrong
├── UnreachableError      69  something needed does not answer
│   ├── NotInstalledError     … because a program or library is missing
│   ├── DeadlineError         … within the time it was given
│   ├── UnsentError           … because nobody took the connection: it was not asked
│   └── RefusedError          … as asked: it answered, with a refusal
│       ├── AbsentError           … because what was asked about does not exist
│       └── DeniedError           … because who asks has no permission
└── InternalError         70  a bug in safeguards

Only `cli/main.py` turns them into text and exit codes.
"""

from __future__ import annotations

from safeguards.exitcodes import ExitCode


class SafeguardsError(Exception):
    """An error for the person at the terminal: one message, one hint, one exit code.

    `slug` names the section of the manual that says more; `context` holds titled
    lines (title, text) that are printed under the message.
    """

    exit_code: ExitCode = ExitCode.BUG
    slug: str = ""

    def __init__(
        self, message: str, *, hint: str = "", context: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context = context


class UsageError(SafeguardsError):
    """The command was called with arguments that make no sense."""

    exit_code = ExitCode.USAGE
    slug = "usage"


class ConfigError(SafeguardsError):
    """The configuration has an unknown key, a wrong type or a missing value."""

    exit_code = ExitCode.CONFIG
    slug = "configuration"


class UnreachableError(SafeguardsError):
    """Something that this command needs does not answer."""

    exit_code = ExitCode.UNREACHABLE
    slug = "unreachable"


class NotInstalledError(UnreachableError):
    """A program or library that this command needs is not installed."""


class DeadlineError(UnreachableError):
    """A call did not finish within the time it was given."""


class UnsentError(UnreachableError):
    """Nobody took the connection, so nothing was sent: asking again does nothing twice."""


class RefusedError(UnreachableError):
    """What this command needs answered, and refused (password, permission, a wrong query)."""


class AbsentError(RefusedError):
    """What was asked about, such as a table, does not exist."""


class DeniedError(RefusedError):
    """Whoever asks may not: a permission is missing."""


class InternalError(SafeguardsError):
    """Something that cannot happen happened."""

    exit_code = ExitCode.BUG
    slug = "bug"
