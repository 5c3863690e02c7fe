"""The tree of a sync's steps, as a terminal shows it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from pathlib import Path

import pyte
from tests.integration.sync.toy import Toy

ILL = "STATUS = 200 if 'SAFEGUARDS_TRIAL' in os.environ else 500"
STEPS = ["plan", "lock", "preflight", "build", "start-up", "migrate", "trial", "roll", "verify"]
ENDED = re.compile(r"([\w-]+): (ok|fail) \(\d+\.\d s\)")
GOING = re.compile(r"([\w-]+) … \d+ s")


def test_a_terminal_shows_each_step_once_wide_or_narrow(tmp_path: Path) -> None:
    toy = Toy.make(tmp_path)
    try:
        code, first = watched(toy, 100)
        assert (code, ended(first[-1])) == (0, [(name, "ok") for name in STEPS]), first[-1]
        toy.revision("002", "001", '    op.add_column("things", sa.Column("note", sa.String))\n')
        toy.web("STATUS = 200", ILL)
        toy.push("ill")
        code, second = watched(toy, 60)
    finally:
        toy.close()
    back = [(name, "ok") for name in STEPS[:-1]]
    back += [("verify", "fail"), ("rollback", "ok"), ("verify", "ok")]
    assert (code, ended(second[-1])) == (15, back), second[-1]
    for frame in [*first, *second]:
        assert ended(frame) in [back[:length] for length in range(len(back) + 1)] + [
            [(name, "ok") for name in STEPS]
        ], frame
        assert len(GOING.findall(frame)) <= 1, frame
    assert any(GOING.findall(frame) for frame in first)


def watched(toy: Toy, columns: int) -> tuple[int, list[str]]:
    """Run a sync on a terminal; its exit code, and what could be read on it after each output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(toy.repo.top)
        argv = [sys.executable, "-m", "safeguards", "sync"]
        os.execvpe(argv[0], argv, {**toy.env, "TERM": "xterm-256color"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    screen = pyte.Screen(columns, 60)
    stream, frames = pyte.ByteStream(screen), [""]
    while written := _read(terminal):
        stream.feed(written)
        frames.append("\n".join(line.rstrip() for line in screen.display).rstrip())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), frames


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what a terminal says whose program has ended
        return b""


def ended(frame: str) -> list[tuple[str, str]]:
    """The steps that have ended, with how."""
    return [(name, status) for name, status in ENDED.findall(frame)]
