"""What a fault is: a way to break production, seen by something else than `verify`, and mended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.faults.world import World

STAGES = ("containers", "migrations", "api", "records")
DATA, CONTAINER, ENGINE = 0, 1, 2
"""Ranks: what needs the database goes before what takes it away."""

SECONDS = 20
"""After so long a fault that cannot be seen counts as not injected."""

Break = Callable[["World"], Iterator[None]]


class NotInjectedError(AssertionError):
    """Production was to be broken, and an independent look says that it is not."""


class Fault(NamedTuple):
    """One way to break production.

    `expects` says which stages may not be `ok`: "fail" or "unknown"; all others have to be
    ok. `warns` are stages with a warning and no effect on the code. Faults that share a name in
    `touches` cannot be there together.
    """

    name: str
    room: str
    expects: Mapping[str, str]
    warns: tuple[str, ...]
    touches: frozenset[str]
    rank: int
    inject: Callable[[World], AbstractContextManager[None]]


FAULTS: dict[str, Fault] = {}
"""Every fault by its name."""


def fault(
    name: str,
    room: str,
    *touches: str,
    expects: Mapping[str, str] | None = None,
    warns: tuple[str, ...] = (),
    rank: int = DATA,
) -> Callable[[Break], Break]:
    """Register a generator that breaks production, checks that it is broken, yields and mends."""

    def register(body: Break) -> Break:
        assert name not in FAULTS, name
        own = frozenset((*touches, name))
        FAULTS[name] = Fault(name, room, expects or {}, warns, own, rank, contextmanager(body))
        return body

    return register


def seen(look: Callable[[], object], what: str) -> None:
    """Until an independent look sees the fault; raises `NotInjectedError` when it never does."""
    deadline = time.monotonic() + SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise NotInjectedError(f"never seen: {what}")
        time.sleep(0.05)


def code_of(failed: set[str]) -> int:
    """The exit code that these failed stages have to come to."""
    if not failed:
        return 0
    return STAGES.index(next(iter(failed))) + 1 if len(failed) == 1 else 99
