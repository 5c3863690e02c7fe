"""Commands that do not outlive us: whatever ends this process ends them, kill -9 included.

Above each stands a supervisor (`supervisor.py`), which reads a pipe that only this process has the
other end of: when that end closes, it kills the command and all that it started.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import selectors
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from safeguards.errors import DeadlineError, NotInstalledError, UnreachableError
from safeguards.system import process
from safeguards.system.process import MAX_OUTPUT, Completed

if TYPE_CHECKING:
    import subprocess

SUPERVISOR = Path(__file__).with_name("supervisor.py")

GRACE = 5.0
"""Seconds between SIGINT and SIGTERM, and between SIGTERM and the end."""

LINGER = 1.0
"""Seconds that what a command left running keeps its output open, before it is ended too."""

LONGEST_LINE = 65536
"""Characters after which a line is told in parts."""

SHOWN = 16384
"""Bytes of the end of a log that are shown."""

_CHUNK = 65536
_CUT = 5.0
_LOOK = 0.05
_LINE_END = re.compile(r"\r\n|\n|\r(?!$)")


class Leash:
    """A command with all that it starts, which ends with this process at the latest.

    Whatever of it lives has the handles `held` open. Raises `NotInstalledError` from `poll` when
    it could not be started. With `keep_for` the command survives us instead, for so many seconds
    at most, and what it started for as long as that likes; then only the supervisor, which ends
    with the command, has `held` open.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        output: IO[bytes] | None = None,
        held: Sequence[int] = (),
        keep_for: float | None = None,
    ) -> None:
        self._argv = tuple(argv)
        self._said = b""
        self._pid = 0
        self._kept = keep_for is not None
        self._ending = False
        self.returncode: int | None = None
        surroundings = os.environ if env is None else env
        with ExitStack() as opened:
            reads, self._leash = _pipe(opened)
            self.report, writes = _pipe(opened)
            supervised = (
                *(sys.executable, "-I", "-S", str(SUPERVISOR)),
                *("cut" if keep_for is None else "keep", str(reads), str(writes)),
                *(",".join(map(str, held)), str(keep_for or 0)),
                *("1" if "LC_CTYPE" in surroundings else "0", str(cwd or ""), *argv),
            )
            self.process: subprocess.Popen[bytes] = process.start(
                supervised, None, surroundings, output=output, held=(reads, writes, *held)
            )
            opened.pop_all()
        os.close(reads)
        os.close(writes)
        os.set_blocking(self.report, False)
        if self.process.stdin is not None:
            self.process.stdin.close()

    def poll(self) -> int | None:
        """How the command ended, as far as is known now; None while it runs.

        Raises `UnreachableError` when somebody ended its supervisor, and then ends the command.
        """
        while self.returncode is None:
            try:
                chunk = os.read(self.report, _CHUNK)
            except BlockingIOError:
                break
            if not chunk:
                self._lost()
            *lines, self._said = (self._said + chunk).split(b"\n")
            for line in lines:
                self._note(line.decode().split(" "))
        return self.returncode

    def wait(self, seconds: float) -> int | None:
        """How the command ended, within so many seconds; None when it still runs then."""
        deadline = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(_LOOK)
        return self.returncode

    def signal(self, number: int) -> None:
        """Send a signal to the command and its process group."""
        with contextlib.suppress(OSError):
            os.write(self._leash, bytes((number,)))

    def end(self, grace: float = GRACE) -> None:
        """Ask it to end by SIGTERM, and cut it after `grace` seconds; harmless when it is cut."""
        if self._leash >= 0:
            try:
                self.signal(signal.SIGTERM)
                self.wait(grace)
            finally:
                self.cut()

    def cut(self) -> None:
        """End whatever is left of it, at once, and return when it is gone; or let go of it, when
        it is to be kept.
        """
        if self._leash < 0:
            return
        for handle in (self._leash, self.report):
            os.close(handle)
        self._leash = self.report = -1
        # It is not killed when it takes longer: it is what ends the others.
        process.reaped(self.process, _CUT if self._ending or not self._kept else 0)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _note(self, words: list[str]) -> None:
        if words[0] == "started":
            self._pid = int(words[1])
            return
        self._ending = True
        if words[0] == "ended":
            self.returncode = int(words[1])
        else:
            program = words[2] == "program"
            what = self._argv[0] if program else f"{self._argv[0]}: no such folder to run it in"
            raise NotInstalledError(f"cannot run {what}: {os.strerror(int(words[1]))}")

    def _lost(self) -> None:
        self._ending = True
        if self._pid:
            with contextlib.suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)
        raise UnreachableError(f"{self._argv[0]} was ended: somebody killed its supervisor")


class Leashing(Protocol):
    """Runs a command that takes long; `leashed` is the real one."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> Completed:
        """Run argv without input and hand on each line that it prints."""


def leashed(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
    held: Sequence[int] = (),
    grace: float = GRACE,
) -> Completed:
    """Run argv on a leash: nothing of it runs any more when this returns, raises or is killed.

    `tell` gets each line of its two outputs as it comes. After `timeout` seconds, and on an
    interrupt, it is asked to end by SIGINT, then by SIGTERM, and killed last. Raises as `run` does.
    """
    started = time.monotonic()
    leash = Leash(argv, cwd=cwd, env=env, held=held)
    try:
        talk = _Talk(leash, tell or (lambda _: None))
        try:
            in_time = talk.follow(started + timeout)
        except KeyboardInterrupt:
            talk.wind_down(grace)
            raise
        if not in_time:
            talk.wind_down(grace)
            raise DeadlineError(f"{argv[0]} did not finish within {timeout:g} s")
    except OverflowError:
        raise UnreachableError(f"{argv[0]} printed more than {MAX_OUTPUT // 2**20} MiB") from None
    finally:
        leash.cut()
    assert leash.returncode is not None
    elapsed = round((time.monotonic() - started) * 1000)
    return Completed(tuple(argv), leash.returncode, *talk.collected(), elapsed)


def launch(
    argv: Sequence[str],
    *,
    timeout: float,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    held: Sequence[int] = (),
) -> Completed:
    """Run a command that starts something which is to stay; it survives us, and its output is in
    `log`. Raises as `run` does; a command that takes longer than `timeout` is ended, also without
    us. `held` are open until the command ends; what it started does not have them.
    """
    started = time.monotonic()
    with log.open("ab") as output:
        before = output.tell()
        leash = Leash(argv, cwd=cwd, env=env, output=output, held=held, keep_for=timeout)
    try:
        ended = leash.wait(timeout + 2 * GRACE)
    finally:
        leash.cut()
    with log.open("rb") as output:
        output.seek(before)
        said = output.read(MAX_OUTPUT)
    elapsed = time.monotonic() - started
    if ended is None or (ended < 0 and elapsed >= timeout):
        raise DeadlineError(
            f"{argv[0]} did not finish within {timeout:g} s",
            hint="it has to return, and leave running what it started",
        )
    return Completed(tuple(argv), ended, said, b"", round(elapsed * 1000))


class Attended(Leash):
    """A command on a leash that goes on beside us; what it prints goes to the file `log`."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        held: Sequence[int] = (),
    ) -> None:
        self._log = log
        with log.open("wb") as output:
            super().__init__(argv, cwd=cwd, env=env, output=output, held=held)

    def printed(self) -> str:
        """The last lines of what it printed."""
        with self._log.open("rb") as log:
            log.seek(max(log.seek(0, os.SEEK_END) - SHOWN, 0))
            return log.read().decode("utf-8", "replace")


class _Talk:
    """What a command prints, told by lines and collected."""

    def __init__(self, leash: Leash, tell: Callable[[str], None]) -> None:
        self._leash = leash
        outputs = (leash.process.stdout, leash.process.stderr)
        self._outputs = [_Output(pipe, tell) for pipe in outputs if pipe is not None]
        self._over_at = float("inf")

    def follow(self, deadline: float) -> bool:
        """Until it ended and its outputs did, or `LINGER` after its end; False at the deadline."""
        with selectors.DefaultSelector() as selector:
            for output in self._outputs:
                if output.open:
                    selector.register(output.pipe, selectors.EVENT_READ, output)
            if self._leash.returncode is None:
                selector.register(self._leash.report, selectors.EVENT_READ)
            while selector.get_map() and (now := time.monotonic()) < self._over_at:
                if now >= deadline:
                    return False
                for key, _ in selector.select(min(deadline, self._over_at) - now):
                    if key.data is None:
                        if self._leash.poll() is not None:
                            selector.unregister(key.fileobj)
                            self._over_at = time.monotonic() + LINGER
                    elif not key.data.read():
                        selector.unregister(key.fileobj)
                if sum(output.size for output in self._outputs) > MAX_OUTPUT:
                    raise OverflowError
        for output in self._outputs:
            output.flush()
        return True

    def wind_down(self, grace: float) -> None:
        """Ask it to end, twice, and go on listening to it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._leash.signal(number)
            if self.follow(time.monotonic() + grace):
                return

    def collected(self) -> tuple[bytes, bytes]:
        """All of the two outputs."""
        out, err = (b"".join(output.chunks) for output in self._outputs)
        return out, err


class _Output:
    """One output: its bytes as they came, and its lines."""

    def __init__(self, pipe: IO[bytes], tell: Callable[[str], None]) -> None:
        self.pipe = pipe
        self.open = True
        self.size = 0
        self.chunks: list[bytes] = []
        self._tell = tell
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def read(self) -> bool:
        """Take what is there; False when no more will come."""
        chunk = os.read(self.pipe.fileno(), _CHUNK)
        self.open = bool(chunk)
        self.size += len(chunk)
        self.chunks.append(chunk)
        *lines, self._rest = _LINE_END.split(self._rest + self._decoder.decode(chunk))
        for line in lines:
            self._tell(line)
        if len(self._rest) > LONGEST_LINE:
            self.flush()
        return self.open

    def flush(self) -> None:
        """Tell what no line end has followed yet."""
        rest, self._rest = self._rest.rstrip("\r"), ""
        if rest:
            self._tell(rest)


def _pipe(opened: ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        opened.callback(os.close, end)
    return ends
