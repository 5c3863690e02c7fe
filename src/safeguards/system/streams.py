"""The standard streams of this process, when some of them are not there."""

from __future__ import annotations

import os
import sys


def open_missing() -> None:
    """Give each standard stream that was closed at the start the null device.

    Otherwise the next file that is opened would become that stream, for children too.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


def silence_stdout() -> None:
    """Point standard output at the null device, after its reader went away."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
