"""Work on all cores, where there is enough of it to pay for the processes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

R = TypeVar("R")

ENOUGH_BYTES = 1_500_000
"""Bytes of input below which one process is faster than two."""


def map_bytes(function: Callable[[bytes], R], contents: list[bytes]) -> Iterable[R]:
    """Apply a module-level function to each content, in order.

    In this process when there is little to do or other processes cannot be made.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if cores < 2 or sum(map(len, contents)) < ENOUGH_BYTES:
        return map(function, contents)
    import multiprocessing  # slow to load, and a warm scan has no use for it

    try:
        with _deaf_to_interrupts():
            workers = multiprocessing.get_context("fork").Pool(cores)
        with workers as pool:
            return pool.map(function, contents, chunksize=max(1, len(contents) // (cores * 8)))
    except OSError:
        return map(function, contents)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes made within never see ^C: this process hears it, and ends them quietly."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
