"""Child processes: argv only, a deadline always, the whole process group ended on time-out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from safeguards.errors import DeadlineError, NotInstalledError

GRACE = 1.0
"""Seconds that a killed group gets to close its pipes."""


class Completed(msgspec.Struct, frozen=True):
    """A process that ended by itself."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    duration_ms: int

    @property
    def text(self) -> str:
        """Standard output as text; undecodable bytes are replaced."""
        return self.stdout.decode("utf-8", "replace")


class Runner(Protocol):
    """Runs a command; `run` is the real one."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> Completed:
        """Run argv and wait at most `timeout` seconds."""


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> Completed:
    """Run argv and return what it printed and its exit code, whatever that is.

    Raises `NotInstalledError` when the program is missing or not executable, and
    `DeadlineError` after `timeout` seconds; its whole process group is gone by then.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise NotInstalledError(f"cannot run {argv[0]}: {error.strerror}") from error
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise DeadlineError(f"{argv[0]} did not finish within {timeout:g} s") from None
    finally:
        if process.returncode is None:
            _end(process)
    elapsed = round((time.monotonic() - started) * 1000)
    return Completed(tuple(argv), process.returncode, out, err, elapsed)


def silence_stdout() -> None:
    """Point standard output at the null device, after its reader went away."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    try:
        process.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired:
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()
