"""The standard streams of this process, when some of them are not there."""

from __future__ import annotations

import os
import select
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


def columns_of_stdout() -> int | None:
    """How many characters fit on a line of standard output; None where it is no terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (AttributeError, OSError, ValueError):
        return None


def stdout_is_read() -> bool:
    """Whether what is written to standard output can still reach anybody."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (AttributeError, OSError, ValueError):
        return True


def stdout_is_screen() -> bool:
    """Whether standard output is a terminal whose cursor can be moved."""
    dumb = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return sys.stdout is not None and sys.stdout.isatty() and not dumb
