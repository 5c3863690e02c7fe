"""Every exit code of the command line, named once."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a shell reads after `safeguards …`."""

    OK = 0
    FINDINGS = 1
    CONTAINERS = 1
    MIGRATIONS = 2
    API = 3
    RECORDS = 4
    PLAN_CHANGED = 10
    LOCK_HELD = 11
    FAILED_UNCHANGED = 12
    FAILED_HALFWAY = 13
    BUILD_FAILED = 14
    ROLLED_BACK = 15
    ROLLED_BACK_UNHEALTHY = 16
    PUSH_REFUSED = 20
    USAGE = 64
    UNREACHABLE = 69
    BUG = 70
    CONFIG = 78
    SEVERAL_STAGES = 99
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "all well, or nothing to do",
    ExitCode.FINDINGS: (
        "findings, or a push that `gate` refuses; for `status`: drift or work that was cut off;"
        " for `verify`: the containers stage failed"
    ),
    ExitCode.MIGRATIONS: "`verify`: the migrations stage failed",
    ExitCode.API: "`verify`: the API stage failed",
    ExitCode.RECORDS: "`verify`: the record counts stage failed",
    ExitCode.PLAN_CHANGED: "`sync`: the plan changed since it was shown",
    ExitCode.LOCK_HELD: "`sync`: another sync holds the lock",
    ExitCode.FAILED_UNCHANGED: "`sync`: failed, production is unchanged",
    ExitCode.FAILED_HALFWAY: "`sync`: failed half-way, a person is needed",
    ExitCode.BUILD_FAILED: "`sync`: the build failed, production is unchanged",
    ExitCode.ROLLED_BACK: "`sync`: rolled back, production is healthy on the old version",
    ExitCode.ROLLED_BACK_UNHEALTHY: "`sync`: rolled back and still not healthy",
    ExitCode.PUSH_REFUSED: "`push`: git refused the push",
    ExitCode.USAGE: "wrong usage",
    ExitCode.UNREACHABLE: "something needed is unreachable (other than a verify stage)",
    ExitCode.BUG: "a bug in safeguards; a log to send was written",
    ExitCode.CONFIG: "wrong configuration",
    ExitCode.SEVERAL_STAGES: "`verify`: more than one stage failed",
    ExitCode.INTERRUPTED: "interrupted",
}
