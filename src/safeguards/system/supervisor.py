"""Runs one command for a process that may die at any moment; `leash.py` starts it by its path.

    supervisor.py MODE LEASH REPORT HELD SECONDS LOCALE FOLDER PROGRAM ARGUMENT...

LEASH is a pipe that only that process writes to: each byte is a signal for the command, and its
end is the end of that process. MODE says what follows then: `cut` ends the command with all that
it started, `keep` lets it go on, though no longer than SECONDS in all. REPORT gets what becomes of
the command. HELD are handles that live as long as all of it: with `cut` the command inherits them,
with `keep` only this process has them. It knows nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER of Linux: who loses its parent becomes a child of ours."""

LOOK = 0.01
GRACE = 5.0
"""Seconds between the request to end and the end, for a command that ran into its time limit."""

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
RESET = (*IGNORED, signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ)


class Supervisor:
    """One command and whatever it starts."""

    def __init__(self, arguments: list[str]) -> None:
        self.keeps = arguments[0] == "keep"
        self.leash, self.report = int(arguments[1]), int(arguments[2])
        self.held = [int(each) for each in arguments[3].split(",") if each]
        self.seconds = float(arguments[4])
        self.has_locale = arguments[5] == "1"
        self.folder, self.argv = arguments[6], arguments[7:]
        self.adopts = not self.keeps and _adopt()
        self.ended: int | None = None
        self.command = 0
        self.wake = -1

    def run(self) -> None:
        """Start the command and stay until it is over, or the leash is cut."""
        for handle in (self.leash, self.report, *(self.held if self.keeps else ())):
            os.set_inheritable(handle, False)
        for each in IGNORED:
            signal.signal(each, signal.SIG_IGN)
        self.wake, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.command = os.fork()
        if self.command == 0:
            self._become()
        if not self.keeps:
            # By both sides: whoever is later finds it done, and no signal finds it undone.
            with contextlib.suppress(OSError):
                os.setpgid(self.command, self.command)
        self._say(f"started {self.command}")
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)
        self._stay()

    def _become(self) -> None:
        """Be the command."""
        where = self.folder
        try:
            if self.keeps:
                os.setsid()
            else:
                with contextlib.suppress(OSError):
                    os.setpgid(0, 0)
            for each in RESET:
                signal.signal(each, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            if not self.has_locale:
                # The interpreter sets it for itself where no locale is set.
                os.environ.pop("LC_CTYPE", None)
            if self.folder:
                os.chdir(self.folder)
            where = ""
            os.execvp(self.argv[0], self.argv)  # noqa: S606  that is what it is for
        except OSError as error:
            self._say(f"refused {error.errno} {'folder' if where else 'program'}")
        finally:
            os._exit(127)

    def _stay(self) -> None:
        deadline = time.monotonic() + self.seconds
        watched, last = [self.wake, self.leash], signal.SIGTERM
        while True:
            self._reap()
            if self.keeps and self.ended is not None:
                return
            left = deadline - time.monotonic() if self.keeps else None
            if left is not None and left <= 0:
                self._signal(last)
                last, left = signal.SIGKILL, GRACE
                deadline = time.monotonic() + GRACE
            ready = select.select(watched, [], [], left)[0]
            if self.wake in ready:
                os.read(self.wake, 4096)
            if self.leash in ready:
                wanted = os.read(self.leash, 64)
                for number in wanted:
                    self._signal(number)
                if not wanted and not self.keeps:
                    self._end()
                    return
                if not wanted:
                    watched.remove(self.leash)

    def _reap(self) -> bool:
        """Take note of those that ended; whether there are others."""
        try:
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self.command:
                    self.ended = os.waitstatus_to_exitcode(found[1])
                    self._say(f"ended {self.ended}")
        except ChildProcessError:
            return False
        return True

    def _end(self) -> None:
        """Kill all of it, and return when it is gone."""
        if not self.adopts:
            self._signal(signal.SIGKILL)
        while self._reap():
            self._signal(signal.SIGKILL)
            for child in _children() if self.adopts else ():
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
            select.select([], [], [], LOOK)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self.command, number)

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self.report, f"{line}\n".encode())


def _adopt() -> bool:
    """Become the parent of whoever loses its own below us; whether the system does that."""
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def _children() -> list[int]:
    own, found = str(os.getpid()), []
    for name in os.listdir("/proc"):  # noqa: PTH208  pathlib is slow to load
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123  as above
                fields = stat.read().rpartition(b")")[2].split()
                if fields[1].decode() == own:
                    found.append(int(name))
    return found


if __name__ == "__main__":
    Supervisor(sys.argv[1:]).run()
