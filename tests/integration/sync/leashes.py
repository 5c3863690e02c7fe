"""A process that has something on a leash, and what of it is alive."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

PATIENCE = 20.0

PARENT = """
import os, signal, sys
from pathlib import Path
from safeguards.system.leash import launch, leashed

signal.signal(signal.SIGINT, signal.default_int_handler)
kind, lock, *argv = sys.argv[1:]
held = (os.open(lock, os.O_RDWR),) if lock else ()
if held:
    import fcntl
    fcntl.flock(held[0], fcntl.LOCK_EX)
if kind == "leashed":
    leashed(argv, timeout=300, tell=lambda line: print(line, flush=True), held=held, grace=2)
else:
    log = Path(lock).with_name("log")
    launch(argv, timeout=300, cwd=log.parent, env=dict(os.environ), log=log, held=held)
"""


class Parent:
    """A process of ours with a command on a leash; everything below it carries a mark."""

    def __init__(self, kind: str, *argv: str, lock: Path | None = None) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, kind, str(lock or ""), *argv],
            env=dict(os.environ) | {"LEASH_MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self, line: str) -> None:
        """Wait until it tells this line."""
        assert self.process.stdout is not None
        for each in self.process.stdout:
            if each.rstrip("\n") == line:
                return
        raise AssertionError(f"it ended without {line!r}: {self.process.communicate()[1]}")

    def alive(self) -> list[str]:
        """The command lines of the processes with our mark, but for itself."""
        return [line for pid, line in marked(self.mark) if pid != self.process.pid]

    def close(self) -> None:
        """End all of it."""
        self.process.kill()
        self.process.communicate()
        for pid, _ in marked(self.mark):
            os.kill(pid, 9)


def marked(mark: str) -> Sequence[tuple[int, str]]:
    """The processes that have this mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes()
            argv = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in environ:
            found.append((int(folder.name), argv.replace(b"\0", b" ").decode(errors="replace")))
    return found


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it becomes true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def children() -> set[int]:
    """The processes of this one that run, or ended and were not asked how."""
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in found.split()}
