"""The processes below a push, wherever they went: each has inherited the push's mark."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MARK = "DRILL_PUSH"
"""The variable that all processes of one push have; detaching does not take it off."""

STAGES = ("pre-push", "post-push", "worker", "waiter")
KINDS = ("git", "shim", *STAGES, "safeguards push", "git's own", "server")
"""What a process can be: `shim` is one of the sh scripts, `server` git on the remote's side."""


class Found(NamedTuple):
    """A living process."""

    pid: int
    kind: str
    argv: tuple[str, ...]


def marked(mark: str) -> Iterator[Found]:
    """The processes of the pushes whose mark begins like this."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environ = (folder / "environ").read_bytes().split(b"\0")
            if not any(each.startswith(wanted) for each in environ):
                continue
            argv = tuple(os.fsdecode((folder / "cmdline").read_bytes()).split("\0")[:-1])
            if argv and (folder / "stat").read_bytes().rpartition(b") ")[2][:1] != b"Z":
                yield Found(int(folder.name), kind_of(argv), argv)


def kind_of(argv: Sequence[str]) -> str:
    """Which of KINDS a command line is; "" for anything else."""
    words = {Path(word).name for word in argv[:4]}
    if "hook" in argv and (stage := [each for each in STAGES if each in argv]):
        return stage[0]
    if "safeguards" in words and "push" in words:
        return "safeguards push"
    if words & {"receive-pack", "git-receive-pack", "unpack-objects", "index-pack"}:
        return "server"
    if Path(argv[0]).name == "git":
        return "git" if "push" in argv else "git's own"
    hooks = any("/hooks/" in word or word.startswith("hooks/") for word in argv[:3])
    return "shim" if hooks or words & {"reference-transaction", *STAGES} else ""


def kill(process: Found) -> bool:
    """End it as nothing can be refused; whether it still was there."""
    try:
        os.kill(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
