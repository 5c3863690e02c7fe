"""Work on all cores, where there is enough of it to pay for the processes."""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import NoReturn, TypeVar

R = TypeVar("R")

ENOUGH_BYTES = 1_000_000
"""Bytes of input below which one process is faster than two."""
LEAST_PATIENCE = 10.0
"""Seconds that a helper may take, however fast this process was with its own share."""
PATIENCE = 4.0
"""How many times as long as this process a helper may take for the same amount of work."""


def map_bytes(
    function: Callable[[bytes], R],
    contents: list[bytes],
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterable[R]:
    """Apply a module-level function to each content, in order.

    In this process when there is little to do or other processes cannot be made. What a helper
    does not deliver (it was killed, or hangs) is done here. `tick` is told in this process how
    many of all are about done.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    total = len(contents)
    if cores < 2 or sum(map(len, contents)) < ENOUGH_BYTES:
        return _one_by_one(function, contents, tick)
    shares = _shares(contents, cores)
    started = time.monotonic()
    with _helpers(function, contents, shares[1:]) as helpers:
        found = {}
        for count, at in enumerate(shares[0], 1):
            found[at] = function(contents[at])
            tick(count * total // len(shares[0]), total)
        patience = max(LEAST_PATIENCE, PATIENCE * (time.monotonic() - started))
        for share, helper in zip(shares[1:], helpers, strict=False):
            found |= _received(helper, time.monotonic() + patience, share)
    return [found[at] if at in found else function(data) for at, data in enumerate(contents)]


def _one_by_one(
    function: Callable[[bytes], R], contents: Sequence[bytes], tick: Callable[[int, int], None]
) -> Iterator[R]:
    for count, data in enumerate(contents, 1):
        yield function(data)
        tick(count, len(contents))


def _shares(contents: Sequence[bytes], count: int) -> list[list[int]]:
    """The positions of the contents in shares of about one size: large ones are dealt first."""
    order = sorted(range(len(contents)), key=lambda at: len(contents[at]), reverse=True)
    return [order[first::count] for first in range(count)]


def _done(
    function: Callable[[bytes], R], contents: Sequence[bytes], share: Iterable[int]
) -> dict[int, R]:
    return {at: function(contents[at]) for at in share}


@contextmanager
def _helpers(
    function: Callable[[bytes], R], contents: Sequence[bytes], shares: Iterable[Sequence[int]]
) -> Iterator[list[int]]:
    """A process for each share, as many as can be made; gives the pipes of their answers."""
    pipes: list[int] = []
    processes: list[int] = []
    try:
        with suppress(OSError), _deaf_to_interrupts():
            for share in shares:
                reader, writer = os.pipe()
                pipes.append(reader)
                try:
                    process = os.fork()
                    if process == 0:
                        _help(writer, partial(_done, function, contents, share))
                    processes.append(process)
                finally:
                    os.close(writer)
        yield pipes
    finally:
        for pipe in pipes:
            os.close(pipe)
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _help(writer: int, work: Callable[[], object]) -> NoReturn:
    """The life of a helper: work, answer, end without the cleaning up that is its parent's."""
    with suppress(BaseException), os.fdopen(writer, "wb") as pipe:
        pipe.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
    os._exit(0)


def _received(pipe: int, deadline: float, share: Sequence[int]) -> dict[int, R]:
    """The answer of a helper; nothing when it is not whole before the deadline."""
    parts: list[bytes] = []
    while select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
        part = os.read(pipe, 1 << 20)
        if part:
            parts.append(part)
            continue
        with suppress(pickle.UnpicklingError, EOFError):
            found: dict[int, R] = pickle.loads(b"".join(parts))  # noqa: S301  our own process
            return found if found.keys() == set(share) else {}
        break
    return {}


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes made within never see ^C: this process hears it, and ends them quietly."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
