"""Child processes: argv only, a deadline always, the whole process group ended on time-out."""

from __future__ import annotations

import atexit
import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Protocol

import msgspec

from safeguards.errors import DeadlineError, NotInstalledError, RefusedError, UnreachableError

GRACE = 1.0
"""Seconds that a killed group gets to close its pipes."""

MAX_OUTPUT = 256 * 2**20
"""Bytes that one process may print on both pipes together."""

_RUNNING: set[subprocess.Popen[bytes]] = set()
_STARTING: set[object] = set()
"""One for each command that is about to be one of those."""
_ENDING: list[bool] = []
"""Not empty once the program ends: from then on nothing is started."""

_CHUNK = 65536
_LAST_WORDS = 2000
_LOOK = 0.05


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

    @property
    def error_text(self) -> str:
        """Standard error as text; undecodable bytes are replaced."""
        return self.stderr.decode("utf-8", "replace")


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
    starting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Completed:
    """Run argv and return what it printed and its exit code, whatever that is.

    An interrupt ends it too, for certain when `starting` keeps it off while the process starts.
    Raises `NotInstalledError` when the program is missing or not executable, `DeadlineError`
    after `timeout` seconds and `UnreachableError` after `MAX_OUTPUT` bytes; its whole process
    group is gone by then. It is as well when this process ends first, whose threads just stop.
    """
    started = time.monotonic()
    process: subprocess.Popen[bytes] | None = None
    try:
        with starting():
            process = _started(argv, cwd, env)
        out, err = _converse(process, stdin, started + timeout)
        process.wait(max(started + timeout - time.monotonic(), 0.01))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise DeadlineError(f"{argv[0]} did not finish within {timeout:g} s") from None
    except OverflowError:
        raise UnreachableError(f"{argv[0]} printed more than {MAX_OUTPUT // 2**20} MiB") from None
    finally:
        if process is not None:
            _release(process)
            _RUNNING.discard(process)
    elapsed = round((time.monotonic() - started) * 1000)
    return Completed(tuple(argv), process.returncode, out, err, elapsed)


def stream(
    argv: Sequence[str], *, patience: float, env: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """What argv prints, as it comes; the command is ended when nobody reads on.

    Raises `NotInstalledError` as `run` does, `DeadlineError` when it prints nothing for `patience`
    seconds, and `RefusedError` with its last words when it ends with a failure.
    """
    process = start(argv, None, env)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said = b""
    try:
        process.stdin.close()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            selector.register(process.stderr, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(patience)
                if not ready:
                    raise DeadlineError(f"{argv[0]} said nothing for {patience:g} s")
                for key, _ in ready:
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        selector.unregister(key.fileobj)
                    elif key.fileobj is process.stdout:
                        yield chunk
                    else:
                        said = (said + chunk)[-_LAST_WORDS:]
        if process.wait(GRACE) != 0:
            raise RefusedError(
                f"{argv[0]} failed: {' '.join(said.decode(errors='replace').split())}"
            )
    except subprocess.TimeoutExpired:
        raise DeadlineError(f"{argv[0]} did not end after its last word") from None
    finally:
        _release(process)


class Background:
    """A process that runs until `stop`; it has no input, and its output goes to `log` if any."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        if log is None:
            self._process = start(argv, cwd, env, output=subprocess.DEVNULL)
            return
        with log.open("ab") as output:
            self._process = start(argv, cwd, env, output=output)

    @property
    def running(self) -> bool:
        """Whether it has not ended by itself yet."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End its whole process group and reap it; calling twice is harmless."""
        if self._process.returncode is None:
            _end(self._process)


class Detached:
    """A process in a session of its own: it goes on when this one ends or is interrupted.

    It has no input and nothing of ours open but the handles `held`; its output goes to `log` if
    any.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path | None = None,
        held: Sequence[int] = (),
    ) -> None:
        self._log = log
        if log is None:
            self._process = start(argv, cwd, env, output=subprocess.DEVNULL, held=held)
            return
        self._read_from = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._process = start(argv, cwd, env, output=output, held=held)

    def follow(self, write: Callable[[str], None]) -> int:
        """Hand on what it prints until it ends; its exit code."""
        assert self._log is not None
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with self._log.open("rb") as log:
            log.seek(self._read_from)
            ended = False
            while not ended:
                ended = self._process.poll() is not None
                chunk = log.read()
                if chunk:
                    write(decoder.decode(chunk))
                elif not ended:
                    time.sleep(_LOOK)
        return self._process.returncode


def run_in_front(
    argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> int:
    """Run argv with this process's own terminal, input and output, and return its exit code.

    It has no deadline: a person watches it, and an interrupt reaches both. Raises
    `NotInstalledError` when it cannot be started.
    """
    try:
        process = subprocess.Popen(list(argv), cwd=cwd, env=None if env is None else dict(env))
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise NotInstalledError(f"cannot run {argv[0]}: {error.strerror}") from error
    while process.returncode is None:
        # The child gets an interrupt too, and its end is what counts.
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
    return process.returncode


def start(
    argv: Sequence[str],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    output: int | IO[bytes] | None = None,
    held: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start argv in a session of its own, with three pipes, or without input when there is an
    `output` for all it says. It inherits the handles `held` and no other.

    Raises `NotInstalledError` when it cannot be started.
    """
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE if output is None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if output is None else output,
            stderr=subprocess.PIPE if output is None else output,
            start_new_session=True,
            pass_fds=held,
        )
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        what = f"in {cwd}: " if cwd is not None and str(error.filename) == str(cwd) else ""
        raise NotInstalledError(f"cannot run {argv[0]}: {what}{error.strerror}") from error


def reaped(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process ended within so many seconds; its exit code is taken then."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def _started(
    argv: Sequence[str], cwd: Path | None, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    token = object()
    _STARTING.add(token)
    try:
        if _ENDING:
            raise UnreachableError(f"{argv[0]} is not started any more: the program ends")
        process = start(argv, cwd, env)
        _RUNNING.add(process)
        return process
    finally:
        _STARTING.discard(token)


def _end_running() -> None:
    _ENDING.append(True)
    deadline = time.monotonic() + GRACE
    while _STARTING and time.monotonic() < deadline:
        time.sleep(_LOOK)
    for process in list(_RUNNING):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


atexit.register(_end_running)


def _release(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        _end(process)
    for pipe in _pipes(process):
        with contextlib.suppress(OSError):
            pipe.close()


def _pipes(process: subprocess.Popen[bytes]) -> list[IO[bytes]]:
    return [p for p in (process.stdin, process.stdout, process.stderr) if p is not None]


def _converse(
    process: subprocess.Popen[bytes], stdin: bytes, deadline: float
) -> tuple[bytes, bytes]:
    """Feed stdin and collect both outputs until they close.

    Raises `TimeoutError` at the deadline and `OverflowError` past `MAX_OUTPUT`.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    read: dict[IO[bytes], list[bytes]] = {process.stdout: [], process.stderr: []}
    left, size = memoryview(stdin), 0
    with selectors.DefaultSelector() as selector:
        for pipe in read:
            selector.register(pipe, selectors.EVENT_READ)
        if stdin:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        else:
            process.stdin.close()
        while selector.get_map():
            ready = selector.select(max(deadline - time.monotonic(), 0))
            if time.monotonic() >= deadline:
                raise TimeoutError
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    left = _feed(process.stdin, left)
                    if not left:
                        selector.unregister(process.stdin)
                        process.stdin.close()
                    continue
                chunk = os.read(key.fd, _CHUNK)
                size += len(chunk)
                if size > MAX_OUTPUT:
                    raise OverflowError
                if chunk:
                    read[key.fileobj].append(chunk)  # type: ignore[index]  # one of the two pipes
                else:
                    selector.unregister(key.fileobj)
    return b"".join(read[process.stdout]), b"".join(read[process.stderr])


def _feed(pipe: IO[bytes], left: memoryview) -> memoryview:
    """Write what the pipe takes; the rest, or nothing when the reader went away."""
    try:
        return left[os.write(pipe.fileno(), left[:_CHUNK]) :]
    except BlockingIOError:
        return left
    except BrokenPipeError:
        return left[len(left) :]


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
