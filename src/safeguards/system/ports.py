"""TCP ports of this machine's loopback address, and which addresses are its own."""

from __future__ import annotations

import socket
from contextlib import closing

LOOPBACK = "127.0.0.1"

CONNECTING = 1.0
"""Seconds that a connection on one machine may take."""


def free_port(preferred: int) -> int:
    """The preferred port when nobody has it, else one that is free now."""
    for port in (preferred, 0):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                if port == 0:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("the loop returns or raises")


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with closing(socket.create_connection((LOOPBACK, port), timeout=CONNECTING)):
            return True
    except OSError:
        return False


def is_own(address: str) -> bool:
    """Whether an interface of this machine has the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
