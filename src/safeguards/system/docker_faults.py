"""Why an engine does not answer, in words that say what to do."""

from __future__ import annotations

import socket

from safeguards.errors import DeadlineError, UnreachableError


def explain(error: BaseException, host: str, timeout: float) -> UnreachableError:
    """The error for the person, from whatever a client raised."""
    cause = _cause(error)
    if isinstance(cause, PermissionError):
        return UnreachableError(
            f"permission denied at the Docker socket {host}",
            hint="add this user to the docker group, or run as one who may (then log in again)",
        )
    if isinstance(cause, FileNotFoundError):
        return UnreachableError(
            f"there is no Docker socket at {host}",
            hint="start the engine (systemctl start docker), or set docker-host",
        )
    if isinstance(cause, ConnectionRefusedError):
        return UnreachableError(
            f"nobody listens at the Docker host {host}",
            hint="is the engine running? docker version",
        )
    if isinstance(cause, TimeoutError) or "timed out" in str(error).lower():
        return DeadlineError(
            f"the Docker engine at {host} did not answer within {timeout:g} s",
            hint="the engine hangs or the network drops packets; see: docker version",
        )
    if isinstance(cause, socket.gaierror):
        return UnreachableError(f"the Docker host {host} has no address: {cause.strerror}")
    return UnreachableError(f"the Docker engine at {host} failed: {error}")


def _cause(error: BaseException) -> BaseException | None:
    """The operating system's error behind a chain of wrappers."""
    known = (
        PermissionError,
        FileNotFoundError,
        ConnectionRefusedError,
        TimeoutError,
        socket.gaierror,
    )
    pending: list[object] = [error]
    seen: list[object] = []
    while pending and len(seen) < 50:
        current = pending.pop(0)
        if not isinstance(current, BaseException) or any(current is each for each in seen):
            continue
        if type(current) in known:
            return current
        seen.append(current)
        pending += [current.__cause__, current.__context__, getattr(current, "reason", None)]
        pending += current.args
    return None
