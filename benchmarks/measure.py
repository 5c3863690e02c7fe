"""Runs the sides of a comparison in turn: A B C, A B C, …, each a whole process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec


class Side(msgspec.Struct, frozen=True):
    """One way of doing the job. `prepare` runs before each round and is not timed."""

    name: str
    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    prepare: Callable[[], None] = lambda: None


class Sample(msgspec.Struct, frozen=True):
    """One run: wall-clock seconds, the processor seconds of the process and its children, and
    the most megabytes that one of them held.
    """

    wall: float
    cpu: float
    memory: float


def in_turn(sides: Sequence[Side], rounds: int) -> dict[str, list[Sample]]:
    """Samples by side; the first run of each side warms the file system and is not kept.

    Raises `RuntimeError` with all that was printed when a side does not exit with 0.
    """
    samples: dict[str, list[Sample]] = {side.name: [] for side in sides}
    for turn in range(rounds + 1):
        for side in sides:
            side.prepare()
            sample = run(side)
            if turn:
                samples[side.name].append(sample)
    return samples


def run(side: Side) -> Sample:
    """One run of a side; raises `RuntimeError` with all that was printed when it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            side.argv,
            cwd=side.cwd,
            env=dict(side.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode(errors="replace")
            raise RuntimeError(f"{side.name} exited with {process.returncode}:\n{said}")
    kilobyte = 1 / 1024 if sys.platform == "linux" else 1 / 1024**2
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * kilobyte)


def environment() -> dict[str, str]:
    """The environment of every side: bytecode is kept, git and Python see no personal settings."""
    dropped = ("PYTHON", "GIT_", "SAFEGUARDS_", "XDG_")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
