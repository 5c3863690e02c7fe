"""A program on a terminal of its own, and what can be read there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

PATIENCE = 60.0


class Terminal:
    """Runs a program on a terminal; `written` are all bytes that it wrote there."""

    def __init__(
        self,
        argv: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        *,
        columns: int = 60,
        rows: int = 24,
        err: Path | None = None,
    ) -> None:
        self.written = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            if err is not None:
                os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT), 2)
            os.execvpe(argv[0], list(argv), {**env, "TERM": "xterm-256color"})

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def until(self, holds: Callable[[str], bool]) -> str:
        """What is on the screen once this holds of it."""
        deadline = time.monotonic() + PATIENCE
        while not holds(self.text):
            ready, _, _ = select.select([self._master], [], [], deadline - time.monotonic())
            assert ready, f"waited in vain; on the screen is:\n{self.text}"
            assert self._read(), f"the program has ended; on the screen is:\n{self.text}"
        return self.text

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._screen.resize(rows, columns)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def close(self) -> None:
        """Close the window."""
        os.close(self._master)

    def end(self) -> int:
        """The exit code, after all that it wrote was read."""
        while self._read():
            pass
        self.close()
        return self.code()

    def code(self) -> int:
        """The exit code; a program that does not end is killed, and that is an error."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        raise AssertionError("the program did not end")

    def _read(self) -> bytes:
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # what a terminal says whose program has ended
            return b""
        self.written += piece
        self._stream.feed(piece)
        return piece
